import type * as Lua from "luaparse";
import { either, elementsOf, libraries, replyOf, resultOf } from "./builtins.ts";
import { Memory, type Scope } from "./memory.ts";
import { type Func, Value } from "./value.ts";

/** Values by position; `rest` stands for all behind them. */
interface Values {
  readonly values: readonly Value[];
  readonly rest?: Value | undefined;
}

/** Told of each call, concatenation and reply with all that may flow there. */
export interface Visitor {
  readonly onCall: (builtin: string, args: readonly Value[], node: Lua.CallExpression) => void;
  readonly onConcat: (operand: Value, node: Lua.Expression) => void;
  readonly onReply: (reply: Value, node: Lua.Statement) => void;
}

/** What expressions come to. */
export abstract class Expressions {
  protected readonly memory = new Memory();
  protected visitor: Visitor | undefined;

  /** A function is both, an expression and statements. */
  protected abstract defineFunction(node: Lua.FunctionDeclaration, scope: Scope): Value;

  /** A key that is written out; any other is evaluated and stands for all elements. */
  protected key(index: Lua.Expression, scope: Scope): string | undefined {
    if (index.type === "StringLiteral") return index.value;
    this.evaluate(index, scope);
    return undefined;
  }

  protected list(nodes: readonly Lua.Expression[], scope: Scope): Values {
    const values = nodes.slice(0, -1).map((node) => this.evaluate(node, scope));
    const last = nodes.at(-1);
    if (last === undefined) return { values };
    const tail = this.evaluateAll(last, scope);
    return { values: [...values, ...tail.values], rest: tail.rest };
  }

  protected evaluate(node: Lua.Expression, scope: Scope): Value {
    return at(this.evaluateAll(node, scope), 0);
  }

  protected evaluateAll(node: Lua.Expression, scope: Scope): Values {
    if (node.type === "CallExpression") return this.#call(node, scope);
    if (node.type === "VarargLiteral") return { values: [], rest: Value.of("unknown") };
    return { values: [this.#single(node, scope)] };
  }

  #single(node: Lua.Expression, scope: Scope): Value {
    switch (node.type) {
      case "StringLiteral":
        return Value.of("text");
      case "NumericLiteral":
        return Value.of(Number.isInteger(node.value) && node.value < 1e14 ? "text" : "number");
      case "Identifier":
        return this.memory.nameOf(node.name, scope);
      case "FunctionDeclaration":
        return this.defineFunction(node, scope);
      case "TableConstructorExpression":
        return this.#construct(node, scope);
      case "MemberExpression":
        return this.#member(node, scope);
      case "IndexExpression": {
        const base = this.evaluate(node.base, scope);
        const key = this.key(node.index, scope);
        return key === undefined ? elementsOf(base) : fieldOf(base, key);
      }
      case "LogicalExpression": {
        const [left, right] = [this.evaluate(node.left, scope), this.evaluate(node.right, scope)];
        return node.operator === "and" ? right : either(left, right);
      }
      case "UnaryExpression": {
        const operand = this.evaluate(node.argument, scope);
        if (node.operator === "not") return new Value();
        return node.operator === "-" ? operand : Value.of("number");
      }
      case "BinaryExpression":
        return this.#binary(node, scope);
      default:
        return new Value();
    }
  }

  #binary(node: Lua.BinaryExpression, scope: Scope): Value {
    const operands = [this.evaluate(node.left, scope), this.evaluate(node.right, scope)] as const;
    if (node.operator === "..") {
      this.visitor?.onConcat(operands[0], node.left);
      this.visitor?.onConcat(operands[1], node.right);
      return Value.of("text");
    }
    if (!/^[-+*%^/]$/.test(node.operator)) return new Value();
    const isFraction = node.operator === "/" || operands.some(({ kinds }) => kinds.has("fraction"));
    return Value.of(isFraction ? "fraction" : "number");
  }

  #construct(node: Lua.TableConstructorExpression, scope: Scope): Value {
    const made = this.memory.tableOf(node);
    node.fields.forEach((field, index) => {
      const isLast = index === node.fields.length - 1;
      if (field.type === "TableKeyString")
        this.memory.take(made.field(field.key.name), this.evaluate(field.value, scope));
      else if (field.type === "TableKey") this.memory.take(made.elements, this.evaluate(field.value, scope));
      else {
        const { values, rest } = this.evaluateAll(field.value, scope);
        this.memory.take(
          made.elements,
          isLast ? either(...values, rest ?? new Value()) : (values[0] ?? rest ?? new Value()),
        );
      }
    });
    return Value.table(made);
  }

  #member(node: Lua.MemberExpression, scope: Scope): Value {
    const name = node.identifier.name;
    if (
      node.base.type === "Identifier" &&
      libraries.has(node.base.name) &&
      this.memory.find(node.base.name, scope).length === 0
    )
      return this.memory.builtin(`${node.base.name}.${name}`);
    const base = this.evaluate(node.base, scope);
    return node.indexer === ":" && base.tables.size === 0 ? this.memory.builtin(`string.${name}`) : fieldOf(base, name);
  }

  #call(node: Lua.CallExpression, scope: Scope): Values {
    const callee = this.evaluate(node.base, scope);
    const given = this.list(node.arguments, scope);
    const isMethod = node.base.type === "MemberExpression" && node.base.indexer === ":";
    const args: Values =
      isMethod && node.base.type === "MemberExpression"
        ? { ...given, values: [this.evaluate(node.base.base, scope), ...given.values] }
        : given;
    const results = [...callee.functions].map((func) => this.#apply(func, args, node));
    if (results.length === 0) return { values: [], rest: Value.of("unknown") };
    const length = Math.max(...results.map(({ values }) => values.length));
    const rests = results.flatMap(({ rest }) => rest ?? []);
    return {
      values: Array.from({ length }, (_, index) => either(...results.map((result) => at(result, index)))),
      rest: rests.length === 0 ? undefined : either(...rests),
    };
  }

  #apply(func: Func, args: Values, node: Lua.CallExpression): Values {
    if (!("builtin" in func)) {
      func.parameters.forEach((parameter, index) => this.memory.take(parameter, at(args, index)));
      return { values: func.returns };
    }
    const all = [...args.values, ...(args.rest === undefined ? [] : [args.rest])];
    this.visitor?.onCall(func.builtin, all, node);
    const literal = (index: number) => {
      const argument = node.arguments[index];
      return argument?.type === "StringLiteral" ? argument.value : undefined;
    };
    if (func.builtin === "redis.call" || func.builtin === "redis.pcall") {
      const commands = commandsOf(node.arguments[0]);
      return { values: [either(...commands.map(replyOf))] };
    }
    if (func.builtin === "pcall") {
      const tail = { ...args, values: args.values.slice(1) };
      const results = [...(args.values[0]?.functions ?? [])].map((one) => this.#apply(one, tail, node));
      return { values: [new Value(), either(Value.of("text"), ...results.map((result) => at(result, 0)))] };
    }
    const values = resultOf(func.builtin, all, literal(1)) ?? [Value.of("unknown")];
    return { values, rest: values.at(-1) };
  }
}

export function at({ values, rest }: Values, index: number): Value {
  return values[index] ?? rest ?? new Value();
}

function fieldOf(base: Value, name: string): Value {
  const value = new Value();
  for (const table of base.tables) value.take(either(table.field(name)));
  if (base.kinds.has("unknown")) value.kinds.add("unknown");
  return value;
}

/** A command's name, or either of two. */
function commandsOf(node: Lua.Expression | undefined): string[] {
  if (node?.type === "StringLiteral") return [node.value.toUpperCase()];
  if (node?.type !== "LogicalExpression") return [""];
  return node.operator === "and" ? commandsOf(node.right) : [node.left, node.right].flatMap(commandsOf);
}
