// Evaluates one GitHub expression with GitHub's own library. In: JSON with the expression, the
// contexts and the status of what came before. Out: the value as text.
import { Evaluator, Lexer, Parser, data } from "@actions/expressions";

const asked = JSON.parse(process.argv[2]);
const failed = asked.status !== "success";
const statuses = { success: !failed, failure: failed, always: true, cancelled: false };

function toData(value) {
  if (value === null) return new data.Null();
  if (typeof value === "string") return new data.StringData(value);
  if (typeof value === "number") return new data.NumberData(value);
  if (typeof value === "boolean") return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  return new data.Dictionary(
    ...Object.entries(value).map(([key, each]) => ({ key, value: toData(each) })),
  );
}

const functions = Object.entries(statuses).map(([name, holds]) => ({
  name,
  minArgs: 0,
  maxArgs: 0,
  call: () => new data.BooleanData(holds),
}));
const names = Object.keys(asked.contexts);
const tree = new Parser(new Lexer(asked.expression).lex().tokens, names, functions).parse();
const known = new Map(functions.map((each) => [each.name, each]));
const value = new Evaluator(tree, toData(asked.contexts), known).evaluate();
console.log(value.coerceString());
