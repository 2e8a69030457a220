import { runApp } from "@switchyard/runtime/run-app";
import { startApi } from "./api.ts";

await runApp({ name: "api", environment: process.env, start: startApi });
