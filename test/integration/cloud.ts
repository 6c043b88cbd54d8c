/** A host whose Docker is an engine of the test's own, an app for it in a repository, and a Muster; the way to the host is the test's. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lacksEngine, startEngine, type TestEngine } from '../engine.ts';
import { TestRepository } from '../repository.ts';
import { freePort } from './app.ts';
import { openMuster, type Said, type TestMuster } from './muster.ts';

/** Why it cannot be played here; false where it can. */
export const lacksCloud = (...more: string[]): string | false =>
  lacksEngine('docker-compose', 'git', 'redis-server', ...more);

export interface Cloud {
  engine: TestEngine;
  muster: TestMuster;
  /** The app's repository: `main` and `two` get healthy, `bad` never, `pending` once it has a `/go`, `slow` builds for ever. */
  repository: string;
  /** Muster's folder on the host. */
  root: string;
  /** The entry of a host that is reached so; `undefined` leaves something out. */
  entry(way: Record<string, unknown>): string;
  /** Writes the configuration: hosts and apps as YAML, by name. */
  configure(hosts: Record<string, string>, apps: Record<string, string>): Promise<void>;
  /** What the app answers over HTTP. */
  page(path?: string): Promise<string>;
  /** The ids of the containers that run. */
  running(): Promise<string>;
  /** How many streams to the engine's socket are open. */
  streams(): Promise<number>;
  /** Says a line, and waits until its run writes a line that is `sign`, or enters the stage of that name. */
  begun(line: string, sign: string): Promise<{ run: string; said: Promise<Said> }>;
  stop(): Promise<void>;
}

export async function openCloud(): Promise<Cloud> {
  const engine = await startEngine();
  const muster = await openMuster({});
  const port = await freePort();
  const repository = join(muster.folder, 'app');
  const root = join(muster.folder, 'host');
  makeApp(repository, port);
  return {
    engine,
    muster,
    repository,
    root,
    entry: (way) => JSON.stringify({ root, tools: { docker: { socket: engine.socket } }, ...way }),
    configure: (hosts, apps) =>
      muster.configure({
        'muster.yml': [
          'people: {reem: {identities: {console: "*"}, roles: [all]}}',
          'roles: {all: {allow: [{commands: ["*"]}]}}',
          'hosts:',
          ...Object.entries(hosts).map(([name, entry]) => `  ${name}: ${entry}`),
          'apps:',
          ...Object.entries(apps).map(([name, entry]) => `  ${name}: ${entry}`),
          '',
        ].join('\n'),
      }),
    page: async (path = '') => (await (await fetch(`http://127.0.0.1:${port}/${path}`)).text()).trim(),
    running: async () => (await engine.docker('ps', '--quiet', '--no-trunc')).trim(),
    async streams() {
      const rows = (await readFile('/proc/net/unix', 'utf8')).split('\n');
      // proc(5): the sixth column is the state, 03 is connected.
      return rows.filter((row) => row.endsWith(` ${engine.socket}`) && row.split(/\s+/)[5] === '03').length;
    },
    async begun(line, sign) {
      let stages: string[] = [];
      let run = '';
      let said: Promise<Said> | undefined;
      await new Promise<void>((resolve, reject) => {
        said = muster.say(line, (event) => {
          if (event.type === 'run') run = event.run;
          if (event.type === 'accepted') stages = event.stages.map(({ name }) => name);
          const stage = event.type === 'stage' && event.state === 'running' && stages[event.stage];
          if (stage === sign || (event.type === 'lines' && event.lines.includes(sign))) resolve();
        });
        said.then(({ result }) => reject(new Error(`it ended: ${result.text}`)), reject);
      });
      const ended = said as unknown as Promise<Said>;
      ended.catch(() => {});
      return { run, said: ended };
    },
    async stop() {
      await muster.stop();
      await engine.stop();
    },
  };
}

function makeApp(folder: string, port: number): void {
  const repository = new TestRepository(folder);
  const files = (page: string, health: string[], { retries = 2, build = '' } = {}) => ({
    Dockerfile: `FROM muster/base\n${build}RUN mkdir /www && echo ${page} > /www/index.html\nCMD ["busybox", "httpd", "-f", "-vv", "-p", "80", "-h", "/www"]\n`,
    'compose.yaml': `services:\n  web:\n    build: .\n    init: true\n    stop_grace_period: 1s\n    ports: ["127.0.0.1:${port}:80"]\n    healthcheck: {test: ${JSON.stringify(['CMD', ...health])}, interval: 1s, retries: ${retries}}\n`,
  });
  repository.commit('main', files('one', ['true']));
  repository.commit('two', files('two', ['true']));
  repository.commit('bad', files('bad', ['false']));
  repository.commit('pending', files('pending', ['test', '-e', '/go'], { retries: 10_000 }));
  repository.commit('slow', files('slow', ['true'], { build: 'RUN echo begun && sleep 1000\n' }));
}
