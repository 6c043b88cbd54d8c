/** The configuration's files: every `*.yml` and `*.yaml` directly in one folder, and those of `images/` in it, an image each. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, parse, relative, sep } from 'node:path';
import { messages } from '../messages/messages.ts';
import type { ConfigProblem } from './problem.ts';

const MAX_BYTES = 1024 * 1024;
/** Where each image has a file of its own. */
const IMAGES = 'images/';

export interface ConfigFiles {
  /** In the order of their names; `file` is the path as people are shown it, `image` the image that a file defines. */
  sources: { file: string; text: string; image?: string }[];
  problems: ConfigProblem[];
}

/** Reads them all; what cannot be read is a problem with a hint, not an exception. */
export async function readFiles(folder: string): Promise<ConfigFiles> {
  const problems: ConfigProblem[] = [];
  const sources: ConfigFiles['sources'] = [];
  const whole = (file: string, message: string) =>
    problems.push({ file: shown(file), line: 0, column: 0, path: '', message });
  const names = await configNames(folder).catch((error: NodeJS.ErrnoException) => {
    whole(folder, folderProblem(error));
    return undefined;
  });
  if (names?.length === 0) whole(folder, messages().config.files.none);
  for (const name of names ?? []) {
    const file = join(folder, name);
    try {
      const { size } = await stat(file);
      if (size > MAX_BYTES) whole(file, messages().config.files.large);
      else {
        const image = name.startsWith(IMAGES) ? { image: parse(name).name } : {};
        sources.push({ file: shown(file), text: decode(await readFile(file)), ...image });
      }
    } catch (error) {
      whole(file, fileProblem(error as NodeJS.ErrnoException));
    }
  }
  return { sources, problems };
}

/** What changes when a file changes, appears or goes: for noticing changes without reading. */
export async function fingerprint(folder: string): Promise<string> {
  const names = await configNames(folder).catch((error: NodeJS.ErrnoException) => [`!${error.code}`]);
  const states = names.map(async (name) => {
    const state = await stat(join(folder, name), { bigint: true }).catch(() => undefined);
    return `${name} ${state?.ino} ${state?.size} ${state?.mtimeNs} ${state?.ctimeNs}`;
  });
  return (await Promise.all(states)).join('\n');
}

async function configNames(folder: string): Promise<string[]> {
  const images = await readdir(join(folder, IMAGES)).catch(() => []);
  const names = [...(await readdir(folder)), ...images.map((name) => `${IMAGES}${name}`)];
  return names.filter((name) => /^(?:images\/)?[^./][^/]*\.ya?ml$/.test(name)).sort();
}

/** UTF-8; anything else is refused rather than garbled. */
function decode(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/** Relative to the working folder where that is shorter to read. */
function shown(path: string): string {
  const near = relative('', path);
  return near === '' || near.split(sep)[0] === '..' || isAbsolute(near) ? path : near;
}

function folderProblem({ code, message }: NodeJS.ErrnoException): string {
  const { files } = messages().config;
  if (code === 'ENOENT') return files.noFolder;
  if (code === 'ENOTDIR') return files.notFolder;
  if (code === 'EACCES') return files.folderDenied;
  return files.folderUnreadable({ message });
}

function fileProblem({ code, message }: NodeJS.ErrnoException): string {
  const { files } = messages().config;
  if (code === 'ENOENT') return files.noTarget;
  if (code === 'EISDIR') return files.notFile;
  if (code === 'EACCES') return files.denied;
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return files.notText;
  return files.unreadable({ message });
}
