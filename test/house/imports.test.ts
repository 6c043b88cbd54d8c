/** Imports point downwards and every library has one door; and each rule is shown to catch what it forbids. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Inspection, inspectImports, inspectTexts, RULES } from './inspect.ts';

const ROOT = join(import.meta.dirname, '../..');

test('the house keeps its own rules', async () => {
  const [{ modules, violations } = nothing] = await inspectImports([ROOT]);
  assert.ok(modules > 20, `only ${modules} modules were read`);
  assert.deepEqual(violations, []);
  assert.deepEqual(await inspectTexts(ROOT), []);
});

/** What must be caught: files with their text, and the violation they are. */
const PLANTED: [rule: string, files: Record<string, string>, violation: string][] = [
  imports('words-import-no-room', 'src/names.ts', 'src/adapters/git/git.ts'),
  imports('words-import-no-room', 'src/config/load.ts', 'src/jobs/plan.ts'),
  imports('jobs-imports-down', 'src/jobs/walk.ts', 'src/bot/card.ts'),
  imports('jobs-imports-down', 'src/jobs/deploy/pull.ts', 'src/api/server.ts'),
  imports('hubs-imports-down', 'src/hubs/log/log.ts', 'src/jobs/walk.ts'),
  imports('adapters-imports-down', 'src/adapters/git/git.ts', 'src/hubs/log/log.ts'),
  imports('adapters-imports-down', 'src/adapters/git/git.ts', 'src/jobs/step.ts', 'type'),
  imports('client-imports-words', 'src/client/main.ts', 'src/adapters/gate/client.ts'),
  imports('nobody-imports-the-client', 'src/wire/hub/hub.ts', 'src/client/main.ts'),
  imports('joints-are-ends', 'src/bot/card.ts', 'src/wire/house.ts'),
  imports('joints-are-ends', 'src/jobs/walk.ts', 'src/main/start.ts'),
  imports('src-stands-alone', 'src/names.ts', 'test/fakes/shell.ts'),
  imports('commands-are-strangers', 'src/bot/commands/deploy.ts', 'src/bot/commands/why.ts'),
  imports('commands-are-strangers', 'src/bot/commands/deploy.ts', 'src/bot/commands/why.ts', 'type'),
  imports('platforms-are-strangers', 'src/bot/slack/slack.ts', 'src/bot/telegram/telegram.ts'),
  imports('kinds-are-strangers', 'src/jobs/deploy/pull.ts', 'src/jobs/build/base.ts'),
  imports('kinds-are-strangers', 'src/jobs/deploy/pull.ts', 'src/jobs/plans/deploy.ts'),
  imports('adapters-are-strangers', 'src/adapters/git/git.ts', 'src/adapters/docker/docker.ts'),
  imports('hubs-are-strangers', 'src/hubs/log/log.ts', 'src/hubs/health/health.ts'),
  library('ws', 'src/agent/worker.ts'),
  library('mustache', 'src/jobs/plan.ts'),
  library('ajv', 'src/hubs/config/template.ts'),
  library('fast-png', 'src/bot/cards/card.ts'),
  library('@cyclonedx/cyclonedx-library', 'src/jobs/image/publish.ts', undefined, 'cyclonedx'),
  library('@peculiar/asn1-x509', 'src/agent/worker.ts', undefined, 'peculiar'),
  library('bullmq', 'src/jobs/audit.ts'),
  library('bullmq', 'src/jobs/audit.ts', 'type'),
  library('ioredis', 'src/jobs/ledger.ts'),
  library('grammy', 'src/bot/card.ts'),
  library('@slack/bolt', 'src/bot/telegram/telegram.ts', undefined, 'slack'),
  library('@slack/web-api', 'src/bot/outbox.ts', undefined, 'slack'),
  library('dockerode', 'src/adapters/compose/compose.ts'),
  library('node-ssh', 'src/links.ts'),
  library('ssh2', 'src/adapters/local/shell.ts'),
  library('node:child_process', 'src/adapters/git/git.ts', undefined, 'child_process'),
  library('child_process', 'src/wire/house.ts'),
  library('croner', 'src/jobs/due.ts'),
  library('commander', 'src/bot/parse.ts'),
  library('pino', 'src/wire/house.ts'),
  library('yaml', 'src/jobs/plan.ts'),
  [
    'no-development-packages',
    {
      'src/names.ts': "import 'tool';\n",
      'package.json': '{"devDependencies": {"tool": "*"}}',
      'node_modules/tool/package.json': '{"name": "tool", "main": "tool.js"}',
      'node_modules/tool/tool.js': '',
    },
    'src/names.ts -> tool',
  ],
  [
    'no-cycles',
    { 'src/jobs/a.ts': "import './b.ts';\n", 'src/jobs/b.ts': "import type { A } from './a.ts';\n" },
    'src/jobs/a.ts -> src/jobs/b.ts',
  ],
  [
    'no-cycles',
    {
      'src/bot/house.ts': "import type { Command } from './command.ts';\n",
      'src/bot/command.ts': "import './card.ts';\n",
      'src/bot/card.ts': "import './house.ts';\n",
    },
    'src/bot/card.ts -> src/bot/house.ts',
  ],
];

const nothing: Inspection = { modules: 0, violations: [] };
const roots: string[] = [];
let inspections: Inspection[] = [];
before(async () => {
  for (const [, files] of PLANTED) roots.push(await plant(files));
  inspections = await inspectImports(roots);
});
after(() => Promise.all(roots.map((root) => rm(root, { recursive: true, force: true }))));

for (const [index, [rule, , violation]] of PLANTED.entries()) {
  test(`${rule} catches ${violation} (${index})`, () => {
    const { violations } = inspections[index] ?? nothing;
    const [from, to] = violation.split(' -> ') as [string, string];
    const caught = violations.some((text) => text.startsWith(`${rule}: ${from} -> `) && text.includes(to));
    assert.ok(caught, `caught only: ${violations.join(', ') || 'nothing'}`);
  });
}

test('every import rule has a planted violation', () => {
  const proved = new Set(PLANTED.map(([rule]) => rule));
  assert.deepEqual(
    RULES.filter((rule) => !proved.has(rule)),
    [],
  );
});

test('what the rules allow is not reported', async () => {
  const files = {
    ...imports('', 'src/wire/house.ts', 'src/bot/card.ts')[1],
    'src/jobs/plans/deploy.ts': "import '../deploy/pull.ts';\nimport '../build/base.ts';\n",
    'src/jobs/deploy/pull.ts': "import './up.ts';\n",
    'src/jobs/deploy/up.ts': "import '../../adapters/git/git.ts';\n",
    'src/jobs/build/base.ts': '',
    'src/jobs/queue.ts': "import { Queue } from 'bullmq';\n",
    'src/adapters/git/git.ts': '',
    'src/adapters/local/program.ts': "import { spawn } from 'node:child_process';\n",
    'src/bot/house.ts': "import type { Command } from './command.ts';\n",
    'src/bot/command.ts': "import type { House } from './house.ts';\n",
  };
  const root = await plant(files);
  const [{ modules, violations } = nothing] = await inspectImports([root]);
  await rm(root, { recursive: true });
  assert.deepEqual(violations, []);
  assert.equal(modules, Object.keys(files).length);
});

test('reading the environment, exiting and folders named for a kind of code are caught', async () => {
  const files = {
    'src/main/start.ts': 'process.exit(Number(process.argv[2]));\n',
    'src/adapters/local/shell.ts': 'export const environment = process.env;\nprocess.exit(1);\n',
    'src/bot/card.ts': '// process.env is not read here\nexport const home = process.env.HOME;\n',
    'src/bot/utils/text.ts': '/* process.exit() */\n',
    'src/jobs/walk.ts': "import { argv } from 'node:process';\n",
    'src/bot/house.ts': "import type { Command } from './command.ts';\n",
    'src/bot/command.ts': "import { type House, open } from './house.ts';\nopen();\n",
  };
  const root = await plant(files);
  const found = await inspectTexts(root);
  await rm(root, { recursive: true });
  assert.deepEqual(found, [
    'folder-name: src/bot/utils',
    'house-and-command-share-types: src/bot/command.ts',
    'only-main-looks: src/adapters/local/shell.ts has process.exit',
    'only-main-looks: src/bot/card.ts has process.env',
    "only-main-looks: src/jobs/walk.ts has from 'node:process'",
  ]);
});

/** One module of the house that imports another. */
function imports(rule: string, from: string, to: string, kind?: 'type'): (typeof PLANTED)[number] {
  const up = '../'.repeat(from.split('/').length - 1);
  const text = kind
    ? `import type { Thing } from '${up}${to}';\n`
    : `import { thing } from '${up}${to}';\nthing();\n`;
  return [rule, { [from]: text, [to]: 'export const thing = () => {};\n' }, `${from} -> ${to}`];
}

/** A module that imports a library it is no door of. */
function library(name: string, from: string, kind?: 'type', rule = name): (typeof PLANTED)[number] {
  const text = kind
    ? `import type { Thing } from '${name}';\n`
    : `import { thing } from '${name}';\nthing();\n`;
  return [`one-door-${rule.replace('_', '-')}`, { [from]: text }, `${from} -> ${name.replace('node:', '')}`];
}

/** A little house in a folder of its own. */
async function plant(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'muster-house-'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}
