import { refuseRequest, type HttpHandler } from "../../carriers/http-handler.ts";
import { answerCrossOrigin } from "../../entrance/cross-origin.ts";
import type { Entrance } from "../../entrance/entrance.ts";

/** Answers what pages of other origins ask beforehand, and hands on what they may ask. */
export function forPages(entrance: Entrance, methods: readonly string[], handle: HttpHandler): HttpHandler {
  const judgeOrigin: Entrance["judgeOrigin"] = (request) => entrance.judgeOrigin(request);
  const asked = { methods, judgeOrigin, refuse: refuseRequest };
  return (request, response) => {
    if (answerCrossOrigin(request, response, asked)) handle(request, response);
  };
}
