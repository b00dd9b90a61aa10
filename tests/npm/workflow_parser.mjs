// Says what GitHub's own parser finds in workflow files: one line for each error, exit code 1.
// tests/tools bundles it into one file: the published modules import each other without endings.
import { readFileSync } from "node:fs";
import {
  NoOperationTraceWriter,
  convertWorkflowTemplate,
  parseWorkflow,
} from "@actions/workflow-parser";
import { ErrorPolicy } from "@actions/workflow-parser/model/convert";

async function errorsOf(name) {
  const content = readFileSync(name, "utf8");
  const parsed = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (parsed.value) {
    await convertWorkflowTemplate(parsed.context, parsed.value, undefined, {
      errorPolicy: ErrorPolicy.TryConversion,
    });
  }
  return parsed.context.errors.getErrors().map((each) => each.message);
}

Promise.all(process.argv.slice(2).map(errorsOf)).then((all) => {
  const messages = all.flat();
  messages.forEach((message) => console.log(message));
  process.exit(messages.length ? 1 : 0);
});
