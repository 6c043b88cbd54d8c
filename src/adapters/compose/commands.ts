/** Compose's command line, the same for `docker compose` and `docker-compose`, as argv arrays. */

/** How Compose is called on a host: the plugin of the docker command, or the program of its own. */
export type Tool = readonly ['docker', 'compose'] | readonly ['docker-compose'];
export const PLUGIN: Tool = ['docker', 'compose'];
export const STANDALONE: Tool = ['docker-compose'];

/** Which project a call is about. All paths are absolute. */
export interface Project {
  /** The project's name, which is the app's. */
  name: string;
  file: string;
  /** Where relative paths start. */
  folder: string;
  /** Values for `${NAME}` in the file; a file that is there, if only an empty one. */
  envFile: string;
}

const about = (tool: Tool, project: Project): string[] => [
  ...[...tool, '--project-name', project.name, '--file', project.file],
  ...['--project-directory', project.folder, '--env-file', project.envFile],
];

/** Ends with 0 where the plugin is there. */
export const pluginArgv = (): string[] => [...PLUGIN, 'version', '--short'];
/** Ends with 0 where the program is there. */
export const standaloneArgv = (): string[] => ['which', 'docker-compose'];
/** What of the host's environment Compose needs to be found; one value a line. */
export const environmentArgv = (): string[] => ['printenv', 'PATH', 'HOME'];

/** Prints the file in its canonical form. Only these variables of the host can be seen by the file. */
export const configArgv = (tool: Tool, project: Project, host: { path: string; home: string }): string[] => [
  ...['env', '--ignore-environment', `PATH=${host.path}`, `DOCKER_CONFIG=${host.home}/.docker`],
  ...[...about(tool, project), 'config'],
];

export const buildArgv = (tool: Tool, project: Project): string[] => [...about(tool, project), 'build'];

export const pullArgv = (tool: Tool, project: Project, services: readonly string[]): string[] => [
  ...[...about(tool, project), 'pull', '--quiet', ...services],
];

/** Starts what the file says and ends what it no longer says. */
export const upArgv = (tool: Tool, project: Project): string[] => [
  ...[...about(tool, project), 'up', '--detach', '--no-build', '--remove-orphans'],
];

/** Ends and removes containers and networks; volumes stay. */
export const downArgv = (tool: Tool, project: Project): string[] => [
  ...[...about(tool, project), 'down', '--remove-orphans'],
];

/** What Compose gets in its environment; nothing of the host's choice of engine or files counts. */
export const composeEnv = (socket: string): Record<string, string> => ({
  DOCKER_HOST: `unix://${socket}`,
  DOCKER_CONTEXT: '',
  DOCKER_TLS_VERIFY: '',
  COMPOSE_FILE: '',
  COMPOSE_PROFILES: '',
  COMPOSE_ANSI: 'never',
  BUILDKIT_PROGRESS: 'plain',
  PYTHONUNBUFFERED: '1',
});

/** For calls whose exit code is looked at. */
export const ANY_CODE: readonly number[] = Array.from({ length: 256 }, (_, code) => code);
