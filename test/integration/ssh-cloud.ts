/** A host behind a real sshd, whose Docker is an engine of the test's own, and an app for it in a repository. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noSshd, type Sshd, startSshd } from '../adapters/ssh/sshd.ts';
import { lacksEngine, startEngine, type TestEngine } from '../engine.ts';
import { TestRepository } from '../repository.ts';
import { freePort } from './app.ts';
import { openMuster, type TestMuster } from './muster.ts';

/** Why it cannot be played here; false where it can. */
export const lacksSshCloud = (...more: string[]): string | false =>
  lacksEngine('docker-compose', 'git', 'redis-server', ...more) || noSshd;

export interface SshCloud {
  engine: TestEngine;
  sshd: Sshd;
  muster: TestMuster;
  /** The app's repository: `main` and `two` get healthy, `bad` never, `pending` once it has a `/go`, `slow` builds for ever. */
  repository: string;
  /** The entry of a host at the sshd; `other` keys are added, `undefined` leaves one out. */
  host(other?: Record<string, unknown>): string;
  /** Writes the configuration: hosts and apps as YAML, by name. */
  configure(hosts: Record<string, string>, apps: Record<string, string>): Promise<void>;
  /** What the app answers over HTTP. */
  page(path?: string): Promise<string>;
  /** The ids of the containers that run. */
  running(): Promise<string>;
  /** How many streams to the engine's socket are open. */
  streams(): Promise<number>;
  stop(): Promise<void>;
}

/** `addresses` are those the sshd listens on: for Muster, one address is one host. */
export async function openSshCloud(addresses: readonly string[] = ['127.0.0.1']): Promise<SshCloud> {
  const engine = await startEngine();
  // What the machine's own start-up files do for a login is no part of these stories, and can be slow.
  const sshd = await startSshd([`SetEnv HOME=${engine.root}`], { addresses });
  const muster = await openMuster({});
  const port = await freePort();
  const repository = join(muster.folder, 'app');
  makeApp(repository, port);
  return {
    engine,
    sshd,
    muster,
    repository,
    host(other = {}) {
      const entry = {
        ...{ link: 'ssh', address: '127.0.0.1', port: sshd.port, user: sshd.user, keyFile: sshd.keyFile },
        hostKey: sshd.hostKeys.ed25519,
        root: join(muster.folder, 'host'),
        tools: { docker: { socket: engine.socket } },
      };
      return JSON.stringify({ ...entry, ...other });
    },
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
    async stop() {
      await muster.stop();
      await sshd.close();
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
