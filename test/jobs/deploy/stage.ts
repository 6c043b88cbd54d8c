/** What tests of deploys share: an engine, a repository with the example app, and short words for what people do. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { App } from '../../../src/config/config.ts';
import { deployPlan, rollbackPlan } from '../../../src/jobs/plans/deploy.ts';
import type { Shell } from '../../../src/shell.ts';
import { startEngine, type TestEngine } from '../../engine.ts';
import { TestRepository } from '../../repository.ts';
import { type Place, stateInMemory, type Walk, type Walking, walk } from './walk.ts';

const EXAMPLES = new URL('../../../examples/', import.meta.url).pathname;

interface Deployed {
  current: string;
  list: { generation: string; commit: string; ref: string; at: string }[];
}

export class Stage {
  readonly engine: TestEngine;
  readonly place: Place;
  readonly repository: TestRepository;
  /** Where the app answers. */
  readonly port: number;
  settings = App.parse({ repository: 'hello', hosts: ['local'], healthy: '30s', keep: 1 });
  #runs = 0;

  private constructor(engine: TestEngine, port: number, shell: Shell) {
    this.engine = engine;
    this.port = port;
    this.place = {
      shell,
      root: join(engine.root, 'muster'),
      tools: { docker: { socket: engine.socket } },
      state: stateInMemory(),
    };
    this.repository = new TestRepository(join(engine.root, 'hello'));
    const files = ['compose.yaml', 'Dockerfile', 'www/index.html'];
    this.repository.commit('main', Object.fromEntries(files.map((path) => [path, this.example(path)])));
    this.repository.git('tag', '--annotate', '--message', 'v1', 'v1');
    this.repository.commit('bad', { Dockerfile: this.example('Dockerfile', 'hello.bad') });
    this.repository.commit('main', { 'www/index.html': 'the second page' });
  }

  /** An engine, and a repository with `v1`, a newer `main`, and `bad`, which never gets healthy. */
  static async open(shell: Shell = localShell({ host: 'local' })): Promise<Stage> {
    const port = await freePort();
    return new Stage(await startEngine(), port, shell);
  }

  async close(): Promise<void> {
    await this.place.shell.close();
    await this.engine.stop();
  }

  /** A file of the example, published on a port of the test's own. */
  example = (path: string, name = 'hello'): string =>
    readFileSync(join(EXAMPLES, name, path), 'utf8').replace('"8080:8080"', `"127.0.0.1:${this.port}:8080"`);

  page = async (): Promise<string> => (await fetch(`http://127.0.0.1:${this.port}/`)).text();

  /** Name and status of all containers, also stopped ones. */
  containers = async (): Promise<string[]> => {
    const text = await this.engine.docker('ps', '--all', '--format', '{{.Names}} {{.Status}}');
    return text.split('\n').filter(Boolean);
  };

  /** The app's images. */
  images = async (): Promise<string[]> => {
    const format = '{{.Repository}}:{{.Tag}}';
    const text = await this.engine.docker('images', '--format', format, 'muster-hello-*');
    return text.split('\n').filter(Boolean).sort();
  };

  live = async (): Promise<Deployed | undefined> =>
    (await this.place.state.get('generations/hello', 'local')) as Deployed | undefined;

  nextRun(): string {
    this.#runs += 1;
    return `r-t${this.#runs}`;
  }

  /** `/deploy hello REF`. */
  deploy(ref: string, options: Walking & { origin?: string; run?: string } = {}): Promise<Walk> {
    const commit = this.repository.git('rev-parse', `${ref}^{commit}`);
    const { settings } = this;
    const parts = { app: 'hello', settings, folder: this.engine.root, ref, commit, hosts: ['local'] };
    const plan = { ...deployPlan(parts), origin: options.origin };
    return walk(plan, options.run ?? this.nextRun(), this.place, options);
  }

  /** `/rollback hello`. */
  async rollback(options: Walking = {}): Promise<Walk> {
    const live = await this.live();
    const at = live?.list.findIndex((entry) => entry.generation === live.current) ?? 0;
    const before = live?.list[at - 1];
    if (!before) throw new Error('there is nothing to go back to');
    const plan = rollbackPlan({
      app: 'hello',
      settings: this.settings,
      back: [{ host: 'local', ...before }],
    });
    return walk(plan, this.nextRun(), this.place, options);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
