export { formSchema } from "./form-schema.ts";
