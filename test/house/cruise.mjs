/** Prints what dependency-cruiser finds in each folder named, as one JSON array. A program of its own, without tsx: under tsx swc's parser is not found. */
import { createRequire } from 'node:module';
import { cruise } from 'dependency-cruiser';

const { forbidden, options } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');
const inspections = [];
for (const baseDir of process.argv.slice(2)) {
  const { output } = await cruise(
    ['src'],
    { ...options, baseDir, validate: true, ruleSet: { forbidden } },
    options.enhancedResolveOptions,
  );
  inspections.push({
    modules: output.modules.filter(({ source }) => source.startsWith('src/')).length,
    violations: output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
  });
}
process.stdout.write(JSON.stringify(inspections));
