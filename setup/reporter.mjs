/** A reporter of node:test for setup/test.mjs: counts, and how long each file's tests took, as one JSON object at the end. */
import { relative } from 'node:path';

export default async function* report(source) {
  const counts = {};
  const files = {};
  const skipped = [];
  for await (const { type, data } of source) {
    if (type === 'test:diagnostic' && data.nesting === 0) {
      const [, name, count] = /^(tests|pass|fail|cancelled|skipped|todo) (\d+)$/.exec(data.message) ?? [];
      if (name) counts[name] = Number(count);
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const file = data.file ? relative(process.cwd(), data.file) : data.name;
    if (data.nesting === 0) files[file] = (files[file] ?? 0) + (data.details?.duration_ms ?? 0);
    if (data.skip !== undefined)
      skipped.push(`${file}: ${data.name}${typeof data.skip === 'string' ? ` (${data.skip})` : ''}`);
  }
  yield `${JSON.stringify({ counts, files, skipped })}\n`;
}
