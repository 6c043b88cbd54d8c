/** The docker command line for images, docker-image(1): archives lie on the host, so the host's own client reads them. */

/** The client, talking to the engine at a socket, never to what the host's environment names. */
const client = (socket: string): string[] => ['docker', '--host', `unix://${socket}`];

/** What an image is made of. */
export interface Import {
  /** Absolute path of a root file system as a tar file. */
  archive: string;
  /** Like `muster/base:latest`; without it the image has no name. */
  image?: string;
  /** Dockerfile instructions: `CMD ["bash"]`. */
  changes: readonly string[];
}

/** Makes an image out of a root file system; prints its id. */
export const importArgv = (socket: string, { archive, image, changes }: Import): string[] => [
  ...client(socket),
  'import',
  ...changes.flatMap((change) => ['--change', change]),
  archive,
  ...(image === undefined ? [] : [image]),
];

/** A layer on top of an image. */
export interface Layer {
  /** The image below, by name or id. */
  from: string;
  /** Like `muster/base:latest`. */
  image: string;
  /** Dockerfile instructions: `USER app`. */
  changes: readonly string[];
  /** Names the container in which the layer is made, which never runs. One at a time. */
  container: string;
}

/** Makes the container, which is not started. */
export const createArgv = (socket: string, { from, container }: Layer): string[] => [
  ...[...client(socket), 'create', '--name', container, '--network', 'none', from, 'true'],
];

/** Puts an archive, which comes on standard input, into it; docker-container-cp(1). */
export const fillArgv = (socket: string, { container }: Layer): string[] => [
  ...[...client(socket), 'cp', '-', `${container}:/`],
];

/** Makes an image of it; prints its id. */
export const commitArgv = (socket: string, { container, changes, image }: Layer): string[] => [
  ...[...client(socket), 'commit', ...changes.flatMap((change) => ['--change', change]), container, image],
];

/** Removes a container; one that is not there is no error. */
export const discardArgv = (socket: string, container: string): string[] => [
  ...[...client(socket), 'rm', '--force', '--volumes', container],
];

/** Prints a label's value and the image of each container that runs and has the label. */
export const runningArgv = (socket: string, label: string): string[] => [
  ...[...client(socket), 'ps', '--no-trunc', '--filter', `label=${label}`],
  ...['--format', `{{.Label "${label}"}}|{{.Image}}`],
];

/** Removes images that have a label, no name, and no image that stands on them. */
export const pruneArgv = (socket: string, label: string): string[] => [
  ...[...client(socket), 'image', 'prune', '--force', '--filter', `label=${label}`],
];

/** Gives an image another name. */
export const tagArgv = (socket: string, image: string, name: string): string[] => [
  ...client(socket),
  'tag',
  image,
  name,
];

/** Describes an image as JSON; ends with 1 where it is not there. */
export const inspectArgv = (socket: string, image: string): string[] => [
  ...client(socket),
  'image',
  'inspect',
  '--format',
  '{{json .}}',
  image,
];

/** The tags of a repository, newest image first. */
export const tagsArgv = (socket: string, repository: string): string[] => [
  ...client(socket),
  'image',
  'ls',
  '--format',
  '{{.Tag}}',
  repository,
];

/** Takes a name away, and the image with it where that was the last one and nothing uses it. */
export const removeArgv = (socket: string, image: string): string[] => [
  ...client(socket),
  'image',
  'rm',
  image,
];
