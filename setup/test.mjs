/** `npm test [-- FILE…]`: set-up, house checks, tests. Every phase runs; one that failed fails all. */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuild, ensureModules, ROOT } from './modules.mjs';
import { ensureTools } from './packages.mjs';
import { runMain, SetupProblem, say } from './say.mjs';
import { setUp } from './setup.mjs';
import { TEST_TOOLS } from './tools.mjs';

const CI = process.env.CI !== undefined && process.env.CI !== '' && process.env.CI !== 'false';
/** What takes minutes begins first, so that in the end nobody waits for it. */
const LONG = [
  'test/integration/behind',
  'test/bench',
  'test/integration/crash',
  'test/jobs/build',
  'test/jobs/image/snapshot',
  'test/integration/image-far',
];
/** What emulates machines takes all of a processor: one file at a time, beside the others, which wait most of the time. */
const EMULATING = [
  'test/integration/genesis',
  'test/integration/boot-fallback',
  'test/integration/vm-boot',
  'test/integration/boot-networks',
  'test/integration/image-boot',
  'test/integration/bmc',
  'test/adapters/ipxe/fetching',
];
/** Suites slower than this are named at the end, ms. */
const SLOW_MS = 5_000;
/** Other files whose tests run at once: most of the time they wait, for services and for clocks, so more than a small machine has processors. */
const AT_ONCE = 4;
/** What tests do that others must not see: hooks around them, services, the language, the process itself. */
const ALONE =
  /needs\(|skip:|\b(?:before|after)(?:Each)?\(|speak\(|process\.|mock\.|spawn|openRedis|startRedis|startEngine|openStage/;
/** Files of other tests that share a process, as to start one takes longer than their tests. */
const TOGETHER = 15;

/** Debian's docker-compose has setuptools loaded at each start, half of its time, unless Python is told to use its own part of it. */
const PYTHON = existsSync('/usr/lib/python3.11/distutils') ? { SETUPTOOLS_USE_DISTUTILS: 'stdlib' } : {};

/** A file that takes longer turns in circles: it is ended, as failed, ms. */
const LONGEST_MS = 15 * 60_000;

const seconds = (ms) => `${(ms / 1_000).toFixed(1)} s`;

await runMain(async () => {
  const started = performance.now();
  await setUp({ build: false });
  prepareTests();
  // The benchmarks' peers: the harness itself is tested, too.
  ensureModules(join(ROOT, 'bench'));
  const chosen = process.argv
    .slice(2)
    .map((file) => relative(ROOT, join(process.env.INIT_CWD ?? process.cwd(), file)));
  const files = testFiles().filter(
    (file) => chosen.length === 0 || chosen.some((part) => file.startsWith(part)),
  );
  if (files.length === 0) throw new SetupProblem(`No test file matches ${chosen.join(' ')}.`);
  const phases = [{ name: 'set-up', ms: performance.now() - started, problem: undefined }];
  if (chosen.length === 0) {
    phases.push(await check('types', ['node_modules/typescript/bin/tsc', '--noEmit']));
    phases.push(
      await check('format and lint', [
        'node_modules/@biomejs/biome/bin/biome',
        'check',
        '--error-on-warnings',
        '.',
      ]),
    );
  }
  phases.push(build());
  phases.push(await test(files));
  conclude(phases);
});

/** Outside of CI tests may go without a tool: those that need it say so and count as skipped. */
function prepareTests() {
  try {
    ensureTools(TEST_TOOLS);
  } catch (error) {
    if (CI || !(error instanceof SetupProblem)) throw error;
    say(`${error.message}\nThe tests that need them will be skipped.`);
  }
}

function testFiles() {
  return readdirSync(join(ROOT, 'test'), { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `test/${file}`)
    .sort();
}

/** Tests that start Muster start the built one. */
function build() {
  const started = performance.now();
  let problem;
  try {
    ensureBuild();
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    problem = error.message;
  }
  return { name: 'build', ms: performance.now() - started, problem };
}

async function check(name, argv) {
  title(name);
  const { code, ms } = await run(argv);
  return { name, ms, problem: code === 0 ? undefined : `exit code ${code}` };
}

async function test(files) {
  title(`tests: ${files.length} files`);
  mkdirSync(join(ROOT, 'var'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'var/tests-'));
  try {
    // Only now: what it needs may just have been installed.
    const { bundleTests } = await import('./bundle.mjs');
    await bundleTests(files, folder);
    const lanes = [
      { name: 'emulating', atOnce: 1, files: files.filter(emulates) },
      { name: 'others', atOnce: AT_ONCE, files: files.filter((file) => !emulates(file)) },
    ].filter((lane) => lane.files.length > 0);
    const ends = await Promise.all(lanes.map((lane) => runLane(lane, folder)));
    const ms = Math.max(...ends.map((end) => end.ms));
    const failed = ends.some(({ code }) => code !== 0);
    const counts = {};
    for (const { report } of ends)
      for (const [name, count] of Object.entries(report.counts)) counts[name] = (counts[name] ?? 0) + count;
    const times = Object.assign({}, ...ends.map(({ report }) => report.files));
    const skipped = ends.flatMap(({ report }) => report.skipped);
    for (const line of skipped) process.stdout.write(`skipped: ${line}\n`);
    const slow = Object.entries(times).filter(([, time]) => time > SLOW_MS);
    for (const [file, time] of slow.sort((a, b) => b[1] - a[1]))
      process.stdout.write(`slow: ${seconds(time)} ${file}\n`);
    let problem;
    if (failed) problem = `${(counts.fail ?? 0) + (counts.cancelled ?? 0)} failed`;
    else if (!counts.tests) problem = 'no test ran';
    else if (CI && skipped.length > 0) problem = `${skipped.length} skipped, which CI does not allow`;
    return { name: 'tests', ms, problem, counts };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function emulates(file) {
  return EMULATING.some((part) => file.startsWith(part));
}

/** Runs files, so many at once; gives how that ended, and what was reported. */
async function runLane({ name, atOnce, files }, folder) {
  const report = join(folder, `report-${name}.json`);
  const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout'];
  reporters.push(
    `--test-reporter=${join(ROOT, 'setup/reporter.mjs')}`,
    `--test-reporter-destination=${report}`,
  );
  const options = [
    '--enable-source-maps',
    '--import',
    join(ROOT, 'setup/ended.mjs'),
    '--test',
    `--test-concurrency=${atOnce}`,
    `--test-timeout=${LONGEST_MS}`,
  ];
  const processes = processesOf(files, folder, name);
  const end = await run([...options, ...reporters, ...processes], { MUSTER_TESTS: folder });
  return { ...end, report: JSON.parse(readFileSync(report, 'utf8')) };
}

/** What is to be run out of `folder`, where the bundles are, a process each: files that stand alone, and one for every few of the others. */
function processesOf(files, folder, lane) {
  const alone = (file) => ALONE.test(readFileSync(join(ROOT, file), 'utf8'));
  const together = files.filter((file) => !alone(file));
  const bundle = (file) => join(folder, file.replace(/\.ts$/, '.mjs'));
  const groups = Array.from({ length: Math.ceil(together.length / TOGETHER) }, (_, index) => {
    const group = join(folder, `${lane}-${index + 1}.test.mjs`);
    const imports = together.slice(index * TOGETHER, (index + 1) * TOGETHER);
    writeFileSync(
      group,
      imports.map((file) => `import ${JSON.stringify(pathToFileURL(bundle(file)))};\n`).join(''),
    );
    return group;
  });
  return [...files.filter(alone).map((file) => ranked(file, bundle(file), folder)), ...groups];
}

/** The bundle of a file; of what is to begin early, one that loads it, by whose name it does: node begins files in the order of their names. */
function ranked(file, bundle, folder) {
  const rank = [...EMULATING, ...LONG].findIndex((part) => file.startsWith(part));
  if (rank < 0) return bundle;
  const name = relative(folder, bundle).replaceAll('/', '-');
  const early = join(folder, `0-${String(rank).padStart(2, '0')}-${name}`);
  writeFileSync(early, `import ${JSON.stringify(pathToFileURL(bundle))};\n`);
  return early;
}

function conclude(phases) {
  title('all phases');
  for (const { name, ms, problem, counts } of phases) {
    const detail = problem ?? (counts ? `${counts.pass} passed, ${counts.skipped} skipped` : '');
    process.stdout.write(`${problem ? '✖' : '✔'} ${name.padEnd(18)} ${seconds(ms).padStart(8)}  ${detail}\n`);
  }
  process.exitCode = phases.some(({ problem }) => problem) ? 1 : 0;
}

function title(text) {
  process.stdout.write(`\n▶ ${text}\n`);
}

function run(argv, more = {}) {
  const started = performance.now();
  const child = spawn(process.execPath, argv, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...PYTHON, ...more },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code: code ?? signal, ms: performance.now() - started }));
  });
}
