import { writeFileSync } from "node:fs";
import { renderConfigDoc } from "./config-doc.ts";
import { Settings } from "./settings.ts";

// `npm run docs`
writeFileSync(new URL("../../../../docs/configuration.md", import.meta.url), renderConfigDoc(Settings));
