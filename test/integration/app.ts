/** A small app for a test to deploy, and the configuration of one host `local` that runs it. */
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { TestEngine } from '../engine.ts';
import type { TestMuster } from './muster.ts';
import { waitFor } from './wait.ts';

/** Shell words that wait inside a container until the test makes the file `/go` there. */
export const UNTIL_GO = 'while ! test -e /go; do sleep 0.2; done';

/** The files of an app whose one service shows a page on a port of this machine; the build puts `megabytes` more into its image. */
export const pageFiles = (page: string, port: number, megabytes = 0): Record<string, string> =>
  appFiles({
    build: `mkdir /www && echo ${page} > /www/index.html && busybox dd if=/dev/zero of=/weight bs=1M count=${megabytes}`,
    run: 'exec busybox httpd -f -p 80 -h /www',
    more: `    ports: ["127.0.0.1:${port}:80"]`,
  });

/** What the app of `pageFiles` shows now. */
export const pageAt = async (port: number): Promise<string> =>
  (await (await fetch(`http://127.0.0.1:${port}/`)).text()).trim();

/** The files of an app with one service, `web`. */
export function appFiles({
  build = 'true',
  run = 'sleep 100000',
  health = 'true',
  retries = 2,
  more = '',
}: {
  /** What the build runs. */
  build?: string;
  /** What the service runs. */
  run?: string;
  /** What its health check runs. */
  health?: string;
  /** How often that may fail. */
  retries?: number;
  /** More keys of the service, as YAML. */
  more?: string;
} = {}): Record<string, string> {
  return {
    Dockerfile: `FROM muster/base\nRUN ${build}\nCMD ${JSON.stringify(['sh', '-c', run])}\n`,
    'compose.yaml': [
      'services:',
      '  web:',
      '    build: .',
      '    init: true',
      '    stop_grace_period: 1s',
      `    healthcheck: {test: ${JSON.stringify(['CMD', 'sh', '-c', health])}, interval: 1s, retries: ${retries}}`,
      more,
      '',
    ].join('\n'),
  };
}

/** `muster.yml`: everybody at the console may do everything, one host `local`, and apps that lie in the folder under their names. */
export function oneHost(
  { folder }: Pick<TestMuster, 'folder'>,
  engine: Pick<TestEngine, 'socket'>,
  apps: Record<string, string>,
  root = join(folder, 'host'),
): Record<string, string> {
  return {
    'muster.yml': [
      'people: {reem: {identities: {console: "*"}, roles: [all]}}',
      'roles: {all: {allow: [{commands: ["*"]}]}}',
      `hosts: {local: {link: local, root: ${root}, tools: {docker: {socket: ${engine.socket}}}}}`,
      'apps:',
      ...Object.entries(apps).map(
        ([app, more]) => `  ${app}: {repository: ${join(folder, app)}, hosts: [local]${more}}`,
      ),
      '',
    ].join('\n'),
  };
}

/** The container in which a build waits for `/go`, once there is one; another one than `not`. */
export function waitingBuild(engine: Pick<TestEngine, 'docker'>, not?: string): Promise<string> {
  return waitFor('a build to wait', async () => {
    const rows = await engine.docker('ps', '--no-trunc', '--format', '{{.ID}} {{.Command}}');
    const waiting = rows.split('\n').filter((row) => row.includes('test -e /go; do'));
    return waiting.map((row) => row.split(' ')[0]).find((id) => id !== not);
  });
}

/** Makes `/go` in a container. */
export const letGo = (engine: Pick<TestEngine, 'docker'>, container: string): Promise<string> =>
  engine.docker('exec', container, 'sh', '-c', '>/go');

/** A port that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
