/** Runs on a real Redis with steps of plain JavaScript: the core without hosts. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Config } from '../../src/config/config.ts';
import { MusterError } from '../../src/errors.ts';
import type { RunEvent } from '../../src/events.ts';
import { Audit } from '../../src/jobs/audit.ts';
import { CancelWatch } from '../../src/jobs/cancel-watch.ts';
import { overShell } from '../../src/jobs/carry-out.ts';
import { Events } from '../../src/jobs/event-stream.ts';
import { guardedBy } from '../../src/jobs/guardian.ts';
import { Ledger } from '../../src/jobs/ledger.ts';
import { Performer, type PerformerParts } from '../../src/jobs/perform.ts';
import type { Plan, Stage } from '../../src/jobs/plan.ts';
import { Progress } from '../../src/jobs/progress.ts';
import { Queues } from '../../src/jobs/queue.ts';
import type { Submission } from '../../src/jobs/run-record.ts';
import { Runs } from '../../src/jobs/runs.ts';
import { RedisState } from '../../src/jobs/state.ts';
import { type AnyStep, defineStep } from '../../src/jobs/step.ts';
import type { StepJob } from '../../src/jobs/step-job.ts';
import { Walk } from '../../src/jobs/walk.ts';
import { Walker } from '../../src/jobs/walker.ts';
import { Workers } from '../../src/jobs/worker.ts';
import { createLog } from '../../src/log.ts';
import { HostName } from '../../src/names.ts';
import { Scrubber } from '../../src/secret.ts';
import type { Shell } from '../../src/shell.ts';
import type { TestRedis } from '../redis.ts';
import { alone } from './beside.ts';

/** A shell for steps that never use it; sweeping finds nothing. */
export const idleShell = (host: string): Shell => {
  const shell: Shell = {
    host,
    run: () => Promise.reject(new Error('no programs here')),
    connect: () => Promise.reject(new Error('no sockets here')),
    marked: () => shell,
    sweep: async () => [],
    close: async () => {},
  };
  return shell;
};

/** A step that calls a function by name: `work(name, host)` plans it. */
export function workStep(
  acts: Record<string, (signal: AbortSignal, report: (line: string) => void) => Promise<void>>,
  undone: string[],
  options: {
    lane?: 'build' | 'change' | 'read';
    retry?: { times: number; pause: string };
    timeout?: string;
    name?: string;
    repeatable?: boolean;
  } = {},
) {
  return defineStep({
    name: options.name ?? 'test.work',
    lane: options.lane ?? 'change',
    input: z.object({ host: HostName, act: z.string() }),
    uses: {},
    timeout: options.timeout ?? '1m',
    retry: options.retry,
    repeatable: options.repeatable,
    title: ({ act }) => act,
    async run({ act }, { signal, report }) {
      await acts[act]?.(signal, (line) => report.line(line));
    },
    async undo({ act }) {
      undone.push(act);
    },
  });
}

export interface Hall {
  runs: Runs;
  audit: Audit;
  workers: Workers;
  queues: Queues;
  submit(
    stages: Stage[],
    more?: Partial<Submission> & { locks?: string[]; fleeting?: boolean },
  ): Promise<string>;
  ended(run: string): Promise<Extract<RunEvent, { type: 'ended' }>>;
  /** Takes up open runs, as a manager does when it starts. */
  recover(): Promise<void>;
  close(grace?: number): Promise<void>;
}

/** Wires the core over a test Redis; `steps` are the ones there are, or how they are looked up. */
export function openHall(
  server: Pick<TestRedis, 'connect'>,
  steps: AnyStep[] | ((name: string) => AnyStep),
  shells: (host: string) => Shell = idleShell,
  more: {
    /** Muster's folder on a host. */
    root?: (host: string) => string;
    /** The settings of its tools. */
    tools?: Record<string, unknown>;
    beside?: PerformerParts['beside'];
  } = {},
): Hall {
  const redis = server.connect();
  const scrubber = new Scrubber();
  const log = createLog({ level: 'silent', scrubber });
  const byName = new Map(Array.isArray(steps) ? steps.map((step) => [step.name, step]) : []);
  const step = Array.isArray(steps) ? (name: string) => byName.get(name) as AnyStep : steps;
  const ledger = new Ledger(redis);
  const audit = new Audit({ redis, ledger, scrubber });
  const events = new Events(redis, () => server.connect());
  const runs = new Runs({ redis, ledger, audit, events });
  const queues = new Queues(redis, step);
  const cancels = new CancelWatch(runs);
  const performer = new Performer({
    runs,
    state: new RedisState(redis),
    step,
    scrubber,
    log,
    beside: more.beside ?? {
      ...alone,
      config: { ...Config.parse({}), folder: '/nowhere' },
      secret: async (_, path) => Promise.reject(new MusterError('config.secret', { path, message: 'none' })),
    },
    reach: async (host) =>
      overShell({
        shell: shells(host),
        root: more.root?.(host) ?? '/nowhere',
        tools: more.tools ?? {},
        loginTo: () => undefined,
        guarding: guardedBy(host, undefined),
      }),
  });
  const attach = (jobs: StepJob[]) =>
    workers.attach(jobs.map((job) => ({ host: job.host, lane: step(job.step).lane })));
  const progress = new Progress({ redis, ledger, events });
  const walk = new Walk({ runs, progress, queues, step, attach });
  const workers = new Workers({
    redis,
    queues,
    walk,
    performer,
    cancels,
    log,
    instance: randomBytes(4).toString('hex'),
  });
  const walker = new Walker({ redis, walk, log });
  runs.onCancel = (run) => walk.withdraw(run);
  runs.onReady = (run) => walk.begin(run);
  return {
    runs,
    audit,
    workers,
    queues,
    async submit(stages, more = {}) {
      const id = more.id ?? `r-${randomBytes(5).toString('hex')}`;
      const plan: Plan = {
        title: 'work',
        done: 'worked',
        locks: more.locks ?? [],
        fleeting: more.fleeting,
        stages,
        next: '/jobs',
      };
      const by = { person: 'reem', platform: 'test', chat: 'test' };
      await runs.submit({
        id,
        command: 'work',
        scope: ['app/shop'],
        text: '/work',
        rule: 'test',
        by,
        plan,
        ...more,
      });
      return id;
    },
    async ended(run) {
      for await (const event of runs.events.follow(run)) if (event.type === 'ended') return event;
      throw new Error('not ended');
    },
    recover: () => runs.recover((run) => queues.wake(run.id, 'look')),
    async close(grace = 1_000) {
      await walker.close();
      await workers.close(grace);
      await queues.close();
      await runs.events.close();
    },
  };
}
