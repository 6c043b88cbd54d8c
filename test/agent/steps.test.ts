import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Channel } from '../../src/adapters/icp/channel.ts';
import { AgentLink } from '../../src/adapters/icp/link.ts';
import { localShell } from '../../src/adapters/local/shell.ts';
import { Steps, type StepsParts } from '../../src/agent/steps.ts';
import { MusterError } from '../../src/errors.ts';
import { Interrupted, type Site, type Work } from '../../src/jobs/carry-out.ts';
import { guardedBy } from '../../src/jobs/guardian.ts';
import { overAgent } from '../../src/jobs/remote.ts';
import { type AnyStep, defineStep, type Report } from '../../src/jobs/step.ts';
import { createLog } from '../../src/log.ts';
import { HostName } from '../../src/names.ts';
import { Scrubber } from '../../src/secret.ts';
import { openEnds } from '../adapters/icp/ends.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';

const input = z.object({ host: HostName, text: z.string().default('') });
const common = { input, uses: {}, timeout: '1m', title: () => 'a step' };

/** Says two lines, a share and a fact, and gives what it read. */
const speak = defineStep({
  ...common,
  name: 'test.speak',
  async run({ text }, { shell, report, run, root }) {
    await shell.run(['sh', '-c', 'echo "$1"; echo "$MUSTER_MARK"', 'sh', text], {
      onLine: (line) => report.line(line),
    });
    report.progress(0.5);
    report.note(`run ${run} in ${root}`);
    return { text };
  },
});
const fail = defineStep({
  ...common,
  name: 'test.fail',
  run: (_, { shell }) => shell.run(['sh', '-c', 'echo almost; exit 3']),
});
/** Notes each start in a file, and waits until another one is there. */
const wait = defineStep({
  ...common,
  name: 'test.wait',
  async run({ text: folder }, { shell, report, signal }) {
    report.line('waiting');
    const script = 'echo >> "$1/starts"; while ! test -e "$1/go"; do sleep 0.05; done; echo went';
    await shell.run(['sh', '-c', script, 'sh', folder], { signal, onLine: (line) => report.line(line) });
    return { went: true };
  },
});
const brief = defineStep({
  ...common,
  name: 'test.brief',
  timeout: '1s',
  run: (_, { shell, signal }) => shell.run(['sleep', '30'], { signal }),
});
const once = defineStep({
  ...wait,
  name: 'test.once',
  timeout: '1m',
  retry: undefined,
  repeatable: false,
  run: wait.run,
});
const loud = defineStep({
  ...common,
  name: 'test.loud',
  async run(_, { shell, report }) {
    await shell.run(['seq', '1', '200000'], { onLine: (line) => report.line(line) });
    return {};
  },
});
const login = defineStep({
  ...common,
  name: 'test.login',
  run: async ({ text }, { loginTo }) => ({ mine: loginTo(text), other: loginTo('https://other/x.git') }),
});
const STEPS: AnyStep[] = [speak, fail, wait, brief, once, loud, login];
const named = (name: string) => STEPS.find((step) => step.name === name) as AnyStep;

interface Stage {
  folder: string;
  site: Site;
  steps: Steps;
  /** An agent after another one was killed: it knows what is on disk. */
  restarted(more?: Partial<StepsParts>): Promise<{ site: Site; steps: Steps }>;
  starts(): Promise<number>;
  go(): Promise<void>;
  /** Cuts the connection. */
  cut(): void;
  /** Another manager's connection. */
  other(): Promise<Channel>;
}

async function openStage(t: TestContext, more: Partial<StepsParts> = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-agent-'));
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  const start = async (extra: Partial<StepsParts>) => {
    const steps = new Steps({
      folder: join(folder, 'steps'),
      root: join(folder, 'root'),
      step: named,
      log,
      ...extra,
    });
    await steps.start();
    const ends = await openEnds(t, steps.commands);
    const channels = new Set<{ terminate(): void }>();
    const link = new AgentLink(async () => ({
      host: 'web-2',
      address: '127.0.0.1',
      port: ends.server.port,
      key: ends.agent.fingerprint,
      identity: ends.manager,
    }));
    t.after(() => link.close());
    t.after(() => steps.close());
    const site = overAgent({
      host: 'web-2',
      link: Object.assign(link, {
        with: (signal: AbortSignal | undefined, use: Parameters<AgentLink['with']>[1], patience?: number) =>
          AgentLink.prototype.with.call(
            link,
            signal,
            (channel) => {
              channels.add(channel);
              return use(channel);
            },
            patience,
          ),
      }) as AgentLink,
      tools: {},
      guarding: guardedBy('web-2', undefined),
      loginTo: (address) => (address.startsWith('https://') ? 'bot:secret' : undefined),
    });
    const other = () => ends.connect();
    return { site, steps, other, cut: () => void [...channels].map((channel) => channel.terminate()) };
  };
  const first = await start(more);
  t.after(async () => {
    await localShell({ host: 'web-2' }).sweep('r-1.do.0.0');
    await rm(folder, { recursive: true });
  });
  return {
    folder,
    ...first,
    restarted: (extra = {}) => start({ ...more, ...extra }),
    async starts() {
      const text = await readFile(join(folder, 'starts'), 'utf8').catch(() => '');
      return text.split('\n').length - 1;
    },
    go: () => writeFile(join(folder, 'go'), ''),
  };
}

const work = (step: AnyStep, text = '', more: Partial<Work> = {}): Work => ({
  step,
  job: { ...step({ host: 'web-2', text }), run: 'r-1', origin: 'r-1', direction: 'do', stage: 0, index: 0 },
  attempt: 1,
  again: false,
  cancelled: false,
  abort: new AbortController(),
  ...more,
});

function listener(): Report & { lines: string[]; notes: string[]; shares: number[] } {
  const [lines, notes, shares]: [string[], string[], number[]] = [[], [], []];
  return {
    lines,
    notes,
    shares,
    line: (text) => void lines.push(text),
    note: (text) => void notes.push(text),
    progress: (share) => void shares.push(share),
  };
}

const failing = async (what: Promise<unknown>): Promise<MusterError> => {
  const error = await what.then(
    () => assert.fail('it did not fail'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof MusterError, String(error));
  return error;
};

describe('a step over an agent', () => {
  test('says what it says anywhere, and gives its result', async (t) => {
    const { site, folder } = await openStage(t);
    const heard = listener();
    assert.deepEqual(await site.carryOut(work(speak, 'ä; $(reboot)'), heard), { text: 'ä; $(reboot)' });
    assert.deepEqual(heard.lines, ['ä; $(reboot)', 'r-1.do.0.0']);
    assert.deepEqual(heard.shares, [0.5]);
    assert.deepEqual(heard.notes, [`run r-1 in ${join(folder, 'root')}`]);
  });

  test('fails with the error it fails with anywhere', async (t) => {
    const { site } = await openStage(t);
    const error = await failing(site.carryOut(work(fail), listener()));
    assert.deepEqual(
      [error.code, error.facts.exit ?? error.facts.code, error.lines],
      ['shell.exit', 3, ['almost']],
    );
  });

  test('that its agent does not know fails, and so does an input that is not right', async (t) => {
    const { site } = await openStage(t, {
      step: (name) => named(name === 'test.speak' ? 'test.fail' : name),
    });
    const bad = work(speak);
    assert.equal(
      (await failing(site.carryOut({ ...bad, job: { ...bad.job, input: { host: '-x' } } }, listener()))).code,
      'internal',
    );
    assert.equal(
      (await failing(site.carryOut({ ...bad, job: { ...bad.job, host: '--' } }, listener()))).code,
      'icp.message',
    );
  });

  test('that is cancelled ends with its processes, and says why', async (t) => {
    const { site, folder, steps } = await openStage(t);
    const asked = work(wait, folder);
    const heard = listener();
    const running = site.carryOut(asked, heard);
    await until(() => heard.lines.includes('waiting'));
    asked.abort.abort(new MusterError('step.cancelled', { by: 'reem' }));
    const error = await failing(running);
    assert.deepEqual([error.code, error.facts.by], ['step.cancelled', 'reem']);
    assert.equal(steps.active, 0);
    assert.deepEqual(await localShell({ host: 'web-2' }).sweep('r-1.do.0.0'), []);
  });

  test('waits while another manager is at work there, and begins when that one lets go', async (t) => {
    const { site, other } = await openStage(t);
    const first = await other();
    const waiting = site.carryOut(work(speak, 'at last'), listener());
    const cancelled = work(speak, 'never', { attempt: 2 });
    const never = site.carryOut(cancelled, listener());
    await sleep(1_200);
    // What was not begun is cancelled at once.
    cancelled.abort.abort(new MusterError('step.cancelled', { by: 'reem' }));
    assert.equal((await failing(never)).code, 'step.cancelled');
    await first.close();
    assert.deepEqual(await waiting, { text: 'at last' });
  });

  test('ends when its time is up', async (t) => {
    const { site } = await openStage(t);
    assert.equal((await failing(site.carryOut(work(brief), listener()))).code, 'step.timeout');
  });

  test('goes on while the connection is lost: it begins once, nothing is said twice, and its end is told', async (t) => {
    const stage = await openStage(t);
    const heard = listener();
    const running = stage.site.carryOut(work(wait, stage.folder), heard);
    await until(() => heard.lines.includes('waiting'));
    for (let time = 0; time < 3; time += 1) {
      stage.cut();
      await sleep(200);
    }
    stage.cut();
    await stage.go();
    assert.deepEqual(await running, { went: true });
    assert.deepEqual(heard.lines, ['waiting', 'went']);
    assert.equal(await stage.starts(), 1);
  });

  test('that ended while nobody listened is told, and does not begin again', async (t) => {
    const stage = await openStage(t);
    const asked = work(wait, stage.folder);
    const first = stage.site.carryOut(asked, listener());
    await until(() => stage.steps.active === 1);
    asked.abort.abort(new Interrupted({ taken: false }));
    await assert.rejects(first, Interrupted);
    await stage.go();
    await until(() => stage.steps.active === 0);
    assert.deepEqual(await stage.site.carryOut(work(wait, stage.folder, { again: true }), listener()), {
      went: true,
    });
    assert.equal(await stage.starts(), 1);
    // Another try is another step.
    assert.deepEqual(await stage.site.carryOut(work(wait, stage.folder, { attempt: 2 }), listener()), {
      went: true,
    });
    assert.equal(await stage.starts(), 2);
  });

  test('ends by itself where no manager comes back', async (t) => {
    const stage = await openStage(t, { alone: 300 });
    const asked = work(wait, stage.folder);
    const first = stage.site.carryOut(asked, listener());
    await until(() => stage.steps.active === 1);
    asked.abort.abort(new Interrupted({ taken: false }));
    await assert.rejects(first, Interrupted);
    stage.cut();
    await until(() => stage.steps.active === 0);
    const error = await failing(stage.site.carryOut(work(wait, stage.folder, { again: true }), listener()));
    assert.equal(error.code, 'icp.abandoned');
    assert.deepEqual(await localShell({ host: 'web-2' }).sweep('r-1.do.0.0'), []);
  });

  test('tells a flood whole to who listens, in order', async (t) => {
    const { site } = await openStage(t);
    const heard = listener();
    await site.carryOut(work(loud), heard);
    const dropped = heard.lines.filter((line) => !/^\d+$/.test(line));
    const numbers = heard.lines.filter((line) => /^\d+$/.test(line)).map(Number);
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(numbers).size, numbers.length);
    const count = dropped.reduce(
      (sum, line) => sum + Number(/\d+/.exec(line.replace(/[,.\s](?=\d{3})/g, ''))?.[0] ?? 0),
      0,
    );
    assert.equal(numbers.length + count, 200_000);
  });

  test('gets the logins of the repositories that its input names, and no others', async (t) => {
    const { site } = await openStage(t);
    const result = await site.carryOut(work(login, 'https://git/shop.git'), listener());
    assert.deepEqual(result, { mine: 'bot:secret' });
  });
});

describe('an agent that was killed, or has no room', { skip: needs(['root']) }, () => {
  test('ends what was cut off, and begins it again when it is asked for', async (t) => {
    const stage = await openStage(t);
    const asked = work(wait, stage.folder);
    const first = stage.site.carryOut(asked, listener());
    await until(async () => (await stage.starts()) === 1);
    asked.abort.abort(new Interrupted({ taken: false }));
    await assert.rejects(first, Interrupted);
    const next = await stage.restarted();
    assert.deepEqual(await localShell({ host: 'web-2' }).sweep('r-1.do.0.0'), []);
    await stage.go();
    assert.deepEqual(await next.site.carryOut(work(wait, stage.folder, { again: true }), listener()), {
      went: true,
    });
    assert.equal(await stage.starts(), 2);
  });

  test('does not begin again what must not be repeated', async (t) => {
    const stage = await openStage(t);
    const asked = work(once, stage.folder);
    const first = stage.site.carryOut(asked, listener());
    await until(async () => (await stage.starts()) === 1);
    asked.abort.abort(new Interrupted({ taken: false }));
    await assert.rejects(first, Interrupted);
    const next = await stage.restarted();
    const error = await failing(next.site.carryOut(work(once, stage.folder, { again: true }), listener()));
    assert.equal(error.code, 'step.interrupted');
    assert.equal(await stage.starts(), 1);
  });

  test('begins nothing that it cannot note, and says that its disk is full', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-full-'));
    await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
    t.after(async () => {
      await promisify(execFile)('umount', [folder]);
      await rm(folder, { recursive: true });
    });
    const stage = await openStage(t, { folder });
    await writeFile(join(folder, 'full'), Buffer.alloc(64 * 1024)).catch(() => {});
    const error = await failing(stage.site.carryOut(work(wait, stage.folder), listener()));
    assert.equal(error.code, 'host.diskfull');
    assert.equal(await stage.starts(), 0);
  });

  test('remembers how steps ended, and nothing that was half written', async (t) => {
    const stage = await openStage(t);
    await stage.site.carryOut(work(speak, 'kept'), listener());
    await writeFile(join(stage.folder, 'steps', 'r-9.do.0.0.1.json'), '{"name": "r-9');
    const next = await stage.restarted();
    assert.deepEqual(await next.site.carryOut(work(speak, 'kept'), listener()), { text: 'kept' });
    const names = await readdir(join(stage.folder, 'steps'));
    assert.deepEqual(names.sort(), ['r-1.do.0.0.1.ended', 'r-1.do.0.0.1.json']);
  });

  test('takes a step for cut off whose end did not get to the disk whole', async (t) => {
    const stage = await openStage(t);
    await stage.go();
    await stage.site.carryOut(work(once, stage.folder), listener());
    const ended = join(stage.folder, 'steps', 'r-1.do.0.0.1.ended');
    assert.ok((await readFile(ended, 'utf8')).length > 0);
    await truncate(ended, 1);
    const next = await stage.restarted();
    const error = await failing(next.site.carryOut(work(once, stage.folder, { again: true }), listener()));
    assert.equal(error.code, 'step.interrupted');
    assert.equal(await stage.starts(), 1);
  });
});
