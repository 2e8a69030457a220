import { runApp } from "@switchyard/runtime/run-app";
import { startGateway } from "./gateway.ts";

await runApp({ name: "gateway", environment: process.env, start: startGateway });
