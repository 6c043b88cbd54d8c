/** The client as it runs in a container: the bundle in a process of its own, beside a hub that keeps what it is told. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer, Route } from '../../src/adapters/gate/route.ts';
import type { Caller, HubConfig, HubLine, HubReport, Issued } from '../../src/hub.ts';
import { HUB_FILES } from '../../src/hub-place.ts';
import { CALLER, openTestGate, type TestGate } from '../gate.ts';

/** A hub that holds everything in memory, as strictly as the real one: lines come in order and without a gap. */
export class TestHub {
  readonly streams = new Map<string, HubLine[]>();
  readonly reports: HubReport[] = [];
  /** What it gives; a container that waits is told at once when it changes. */
  #config: HubConfig = { version: 'none', files: [] };
  /** What was asked for: version in force, and the one that was refused. */
  readonly asked: { has?: string; refused?: string | null }[] = [];
  /** What is answered to lines instead of taking them. */
  trouble: Answer | undefined;
  /** How many lines it takes at a time before it says that it is busy. */
  most = Number.POSITIVE_INFINITY;
  #changed = new AbortController();

  get config(): HubConfig {
    return this.#config;
  }

  set config(config: HubConfig) {
    this.#config = config;
    this.#changed.abort();
    this.#changed = new AbortController();
  }

  /** All texts that came, stream by stream. */
  texts(from?: 'stdout' | 'stderr'): string[] {
    return [...this.streams.values()]
      .flat()
      .flatMap((line) => (from && line.from !== from ? [] : [line.text]));
  }

  #take(body: Buffer): Answer {
    if (this.trouble) return this.trouble;
    const [head = '', ...texts] = body.toString('utf8').trimEnd().split('\n');
    const { stream } = JSON.parse(head) as { stream: string };
    const kept = this.streams.get(stream) ?? [];
    this.streams.set(stream, kept);
    for (const line of texts.slice(0, this.most).map((text) => JSON.parse(text) as HubLine)) {
      if (line.seq > kept.length + 1)
        throw new Error(`${stream} goes on with ${line.seq} after ${kept.length}`);
      if (line.seq === kept.length + 1) kept.push(line);
    }
    const next = { next: kept.length + 1 };
    return texts.length > this.most
      ? { status: 429, headers: { 'Retry-After': '1' }, body: next }
      : { body: next };
  }

  get routes(): Route[] {
    return [
      {
        for: 'container',
        method: 'POST',
        path: '/v1/logs',
        most: 4_194_304,
        retired: true,
        answer: async ({ body }) => this.#take(body),
      },
      {
        for: 'container',
        method: 'POST',
        path: '/v1/health',
        answer: async ({ body }) => {
          this.reports.push(JSON.parse(String(body)) as HubReport);
          return { status: 204 };
        },
      },
      {
        for: 'container',
        method: 'GET',
        path: '/v1/config',
        answer: async ({ query, headers, signal }) => {
          const has = /^"(.*)"$/.exec(`${headers['if-none-match']}`)?.[1];
          const refused = query.get('refused');
          this.asked.push({ has, refused });
          const news = () => this.#config.version !== has && this.#config.version !== refused;
          const until = performance.now() + 1_000 * Number(query.get('wait') ?? 0);
          while (!news() && performance.now() < until && !signal.aborted) {
            const late = AbortSignal.timeout(Math.min(1_000, until - performance.now()));
            const any = AbortSignal.any([late, this.#changed.signal, signal]);
            await new Promise<void>((resolve) => any.addEventListener('abort', () => resolve()));
          }
          return news() ? { body: this.#config } : { status: 304 };
        },
      },
    ];
  }
}

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  /** What it printed so far. */
  stdout(): string;
  stderr(): string;
  ended: Promise<Ran>;
}

/** A container: what is mounted in it, and the client's own folder, which stay the same from one start to the next. */
export class Container {
  readonly folder: string;
  readonly #bundle: string;
  readonly #running = new Set<ChildProcess>();

  private constructor(folder: string, bundle: string) {
    this.folder = folder;
    this.#bundle = bundle;
  }

  static async create(bundle: string): Promise<Container> {
    const folder = await mkdtemp(join(tmpdir(), 'muster-container-'));
    await mkdir(join(folder, 'hub'));
    return new Container(folder, bundle);
  }

  /** Mounts an identity. */
  async mount({ key, certificate, token, place }: Issued): Promise<void> {
    const file = (name: keyof typeof HUB_FILES) => join(this.folder, 'hub', HUB_FILES[name]);
    await writeFile(file('key'), key, { mode: 0o600 });
    await writeFile(file('token'), `${token}\n`);
    await writeFile(file('place'), JSON.stringify(place));
    await writeFile(file('certificate'), certificate);
  }

  path = (name: string): string => join(this.folder, name);

  /** Starts `hub` with these arguments. */
  start(args: readonly string[], env: Record<string, string> = {}): Running {
    const child = spawn(process.execPath, [this.#bundle, ...args], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HUB_FOLDER: this.path('hub'), HUB_STATE: this.path('state'), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    const texts = { stdout: '', stderr: '' };
    for (const from of ['stdout', 'stderr'] as const)
      child[from].on('data', (chunk) => {
        texts[from] += String(chunk);
      });
    const ended = new Promise<Ran>((resolve) =>
      child.once('close', (code) => {
        this.#running.delete(child);
        resolve({ code, ...texts });
      }),
    );
    return { child, stdout: () => texts.stdout, stderr: () => texts.stderr, ended };
  }

  /** Runs a command of sh(1) in it to its end. */
  sh = (script: string, env?: Record<string, string>): Running =>
    this.start(['run', '--', 'sh', '-c', script], env);

  async stop(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }
}

export interface TestHubAndGate {
  hub: TestHub;
  gate: TestGate;
  /** A container with an identity of this hub. */
  container(more?: Partial<Caller>): Promise<Container>;
  stop(): Promise<void>;
}

/** A hub at a gate of its own; `bundle` is the client. */
export async function openTestHub(bundle: string): Promise<TestHubAndGate> {
  const hub = new TestHub();
  const gate = await openTestGate(hub.routes);
  const containers: Container[] = [];
  return {
    hub,
    gate,
    async container(more = {}) {
      const container = await Container.create(bundle);
      containers.push(container);
      await container.mount(gate.authority.issue({ ...CALLER, ...more }));
      return container;
    },
    async stop() {
      await Promise.all(containers.map((container) => container.stop()));
      await gate.stop();
    },
  };
}
