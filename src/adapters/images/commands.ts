/** The docker command line for images, docker-image(1): archives lie on the host, so the host's own client reads them. */

/** The client, talking to the engine at a socket, never to what the host's environment names. */
const client = (socket: string): string[] => ['docker', '--host', `unix://${socket}`];

/** What an image is made of. */
export interface Import {
  /** Absolute path of a root file system as a tar file. */
  archive: string;
  /** Like `muster/base:latest`. */
  image: string;
  /** Dockerfile instructions: `CMD ["bash"]`. */
  changes: readonly string[];
}

/** Makes an image out of a root file system; prints its id. */
export const importArgv = (socket: string, { archive, image, changes }: Import): string[] => [
  ...client(socket),
  'import',
  ...changes.flatMap((change) => ['--change', change]),
  archive,
  image,
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
