/** A small app for a test to deploy, and the configuration of one host `local` that runs it. */
import { join } from 'node:path';
import type { TestEngine } from '../engine.ts';
import type { TestMuster } from './muster.ts';

/** Shell words that wait inside a container until the test makes the file `/go` there. */
export const UNTIL_GO = 'while ! test -e /go; do sleep 0.2; done';

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
