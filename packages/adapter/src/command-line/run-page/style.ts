/** The page's only style sheet: it loads nothing, in light and in dark, from the width of a phone on. */
export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --good: #1a7f37; --bad: #cf222e; --run: #0969da; --wait: #9a6700; --tool: #8250df; }
@media (prefers-color-scheme: dark) { :root { --good: #3fb950; --bad: #f85149; --run: #4493f8; --wait: #d29922; --tool: #ab7df8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1rem; font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
.badge { padding: .1rem .6rem; border-radius: 1rem; color: #fff; background: var(--run); }
.badge.failed, .badge.stuck { background: var(--bad); } .badge.succeeded { background: var(--good); }
dl { display: grid; grid-template-columns: 8rem 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: GrayText; } dd { margin: 0; white-space: pre-wrap; }
.bars { display: grid; grid-template-columns: minmax(6rem, 14rem) 1fr; gap: .3rem 1rem; align-items: center; }
.bars span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: .85rem; }
.track { position: relative; height: 1.2rem; background: var(--soft); border-radius: .25rem; }
.track i { position: absolute; top: 0; bottom: 0; min-width: 2px; border-radius: .25rem; background: var(--run); }
.track i.wait { background: var(--wait); } .track i.tool { background: var(--tool); } .track i.bad { background: var(--bad); }
svg { width: 100%; height: 8rem; background: var(--soft); border-radius: .25rem; }
svg polyline { fill: none; stroke-width: 2; vector-effect: non-scaling-stroke; stroke: var(--run); }
svg polyline.cost { stroke: var(--wait); stroke-dasharray: 6 3; }
table { width: 100%; border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .15rem .4rem; border-bottom: 1px solid var(--line); } th:first-child, td:first-child { text-align: left; }
.entry { margin: .6rem 0; padding-left: .7rem; border-left: 3px solid var(--line); white-space: pre-wrap; }
.entry.assistant { border-color: var(--run); } .entry.tool { border-color: var(--tool); } .entry.bad { border-color: var(--bad); }
.entry.system { color: GrayText; font-size: .85rem; }
pre, .entry pre { margin: .3rem 0; padding: .5rem; background: var(--soft); border-radius: .25rem; font-size: .8rem; white-space: pre-wrap; }
summary { cursor: pointer; }
@media (max-width: 36rem) { dl, .bars { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } .bars span { margin-top: .3rem; } }
`;
