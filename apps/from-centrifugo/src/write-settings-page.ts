import { writeFileSync } from "node:fs";
import { renderSettingsPage } from "./settings-page.ts";

// `npm run docs`
writeFileSync(new URL("../../../docs/from-centrifugo-settings.md", import.meta.url), renderSettingsPage());
