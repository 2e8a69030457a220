import type * as Lua from "luaparse";
import { either, elementsOf } from "./builtins.ts";
import { at, Expressions, type Visitor } from "./expressions.ts";
import type { Scope } from "./memory.ts";
import { Value } from "./value.ts";

/**
 * What flows where in pieces of Lua that make up scripts together, over all of them and whichever way they go. Local names at the top
 * of one piece are known to pieces that have no such name of their own; names in capitals that nobody declares are
 * constants, written into the source as texts or whole numbers.
 */
export class Flow extends Expressions {
  constructor(chunks: readonly Lua.Chunk[]) {
    super();
    while (this.memory.hasChanged) {
      this.memory.hasChanged = false;
      for (const chunk of chunks) this.#run(chunk);
    }
  }

  visit(chunk: Lua.Chunk, visitor: Visitor): void {
    this.visitor = visitor;
    this.#run(chunk);
    this.visitor = undefined;
  }

  #run(chunk: Lua.Chunk): void {
    const scope: Scope = { names: new Map(), around: undefined, returns: undefined };
    this.#block(chunk.body, scope);
    this.memory.publish(scope);
  }

  #block(body: readonly Lua.Statement[], scope: Scope): void {
    for (const statement of body) this.#statement(statement, scope);
  }

  #statement(node: Lua.Statement, scope: Scope): void {
    switch (node.type) {
      case "LocalStatement": {
        const values = this.list(node.init, scope);
        node.variables.forEach((variable, index) => this.memory.declare(scope, variable, at(values, index)));
        return;
      }
      case "AssignmentStatement": {
        const values = this.list(node.init, scope);
        node.variables.forEach((target, index) => this.#assign(target, at(values, index), scope));
        return;
      }
      case "CallStatement":
        this.evaluate(node.expression, scope);
        return;
      case "FunctionDeclaration":
        this.defineFunction(node, scope);
        return;
      case "ReturnStatement":
        this.#return(node, scope);
        return;
      case "IfStatement":
        for (const clause of node.clauses) {
          if ("condition" in clause) this.evaluate(clause.condition, scope);
          this.#block(clause.body, inner(scope));
        }
        return;
      case "WhileStatement":
      case "RepeatStatement":
        this.evaluate(node.condition, scope);
        this.#block(node.body, inner(scope));
        return;
      case "DoStatement":
        this.#block(node.body, inner(scope));
        return;
      case "ForNumericStatement":
      case "ForGenericStatement":
        this.#loop(node, scope);
        return;
      default:
    }
  }

  #return(node: Lua.ReturnStatement, scope: Scope): void {
    const { values, rest } = this.list(node.arguments, scope);
    const { returns } = scope;
    [...values, ...(rest === undefined ? [] : [rest])].forEach((value, index) => {
      if (returns === undefined) {
        this.visitor?.onReply(value, node);
        return;
      }
      let slot = returns[index];
      if (slot === undefined) returns[index] = slot = new Value();
      this.memory.take(slot, value);
    });
  }

  #loop(node: Lua.ForNumericStatement | Lua.ForGenericStatement, scope: Scope): void {
    const body = inner(scope);
    if (node.type === "ForNumericStatement") {
      this.list([node.start, node.end, ...(node.step === null ? [] : [node.step])], scope);
      this.memory.declare(body, node.variable, Value.of("number"));
    } else {
      const [iterator] = node.iterators;
      const values = this.#iterate(iterator, scope);
      node.variables.forEach((variable, index) => this.memory.declare(body, variable, values[index] ?? values.at(-1)));
    }
    this.#block(node.body, body);
  }

  #iterate(iterator: Lua.Expression | undefined, scope: Scope): readonly Value[] {
    if (iterator?.type !== "CallExpression") return [Value.of("unknown")];
    const name = iterator.base.type === "Identifier" ? iterator.base.name : "";
    const args = this.list(iterator.arguments, scope);
    const list = at(args, 0);
    if (name === "ipairs") return [Value.of("number"), elementsOf(list)];
    if (name !== "pairs") return this.evaluateAll(iterator, scope).values;
    const fields = [...list.tables].flatMap((table) => [...table.fields.values()]);
    return [Value.of("text", "number"), either(elementsOf(list), ...fields)];
  }

  #assign(target: Lua.Expression, value: Value, scope: Scope): void {
    if (target.type === "Identifier") {
      for (const slot of this.memory.find(target.name, scope)) this.memory.take(slot, value);
    } else if (target.type === "MemberExpression" || target.type === "IndexExpression") {
      const base = this.evaluate(target.base, scope);
      const name = target.type === "MemberExpression" ? target.identifier.name : this.key(target.index, scope);
      for (const table of base.tables) this.memory.take(name === undefined ? table.elements : table.field(name), value);
    }
  }

  protected defineFunction(node: Lua.FunctionDeclaration, scope: Scope): Value {
    const own = this.memory.functionOf(node);
    const value = Value.function(own);
    if (node.identifier?.type === "Identifier") {
      if (node.isLocal) this.memory.declare(scope, node.identifier, value);
      else this.#assign(node.identifier, value, scope);
    } else if (node.identifier !== null) this.#assign(node.identifier, value, scope);
    const body = inner(scope, own.returns);
    node.parameters.forEach((parameter, index) => {
      if (parameter.type === "Identifier") body.names.set(parameter.name, own.parameters[index] ?? new Value());
    });
    this.#block(node.body, body);
    return value;
  }
}

function inner(around: Scope, returns = around.returns): Scope {
  return { names: new Map(), around, returns };
}
