# What needs a shell and awk, and no agent (E2E_SHELL_IMAGE).
FROM busybox:1.37
