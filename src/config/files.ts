/** The configuration's files: every `*.yml` and `*.yaml` directly in one folder. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { ConfigProblem } from './problem.ts';

const MAX_BYTES = 1024 * 1024;

export interface ConfigFiles {
  /** In the order of their names; `file` is the path as people are shown it. */
  sources: { file: string; text: string }[];
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
  if (names?.length === 0)
    whole(folder, 'the folder has no *.yml file; the sample in config/ of Muster shows what goes into it');
  for (const name of names ?? []) {
    const file = join(folder, name);
    try {
      const { size } = await stat(file);
      if (size > MAX_BYTES) whole(file, 'the file is larger than 1 MiB; split it');
      else sources.push({ file: shown(file), text: decode(await readFile(file)) });
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
  const names = await readdir(folder);
  return names.filter((name) => /^[^.].*\.ya?ml$/.test(name)).sort();
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
  if (code === 'ENOENT') return 'there is no such folder; make it, or name another with --config';
  if (code === 'ENOTDIR') return 'that is a file; --config takes the folder it is in';
  if (code === 'EACCES') return 'no permission to read the folder; give it to the user Muster runs as';
  return `the folder cannot be read: ${message}`;
}

function fileProblem({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'the link points nowhere';
  if (code === 'EISDIR') return 'that is a folder; only files are read, so give it another name';
  if (code === 'EACCES') return 'no permission to read the file; give it to the user Muster runs as';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'the file is not UTF-8 text';
  return `the file cannot be read: ${message}`;
}
