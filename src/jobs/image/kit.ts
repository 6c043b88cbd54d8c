/** Builds an image by what the user brings: a template of packer, or a program. Of its files only those count that its definition names. */
import { join } from 'node:path/posix';
import { packer } from '../../adapters/packer/packer.ts';
import { archiveOf } from '../../archive.ts';
import { Disk } from '../../disk.ts';
import { MusterError } from '../../errors.ts';
import { PARTS, type Part } from '../../image.ts';
import type { Shell } from '../../shell.ts';
import type { Blueprint } from './blueprint.ts';
import type { Made, Making } from './debian.ts';
import type { PartFiles } from './parts.ts';
import { epochOf } from './recipe.ts';

/** A list of packages is not longer, bytes. */
const MOST_PACKAGES = 16 * 1024 * 1024;

/** Rejects with `image.builder` where it fails, with `image.output` where it leaves not what it should. */
export async function makeByKit(blueprint: Blueprint, making: Making): Promise<Made> {
  const { kit, image } = blueprint;
  const { shell, folder, signal, report } = making;
  if (!kit) throw new MusterError('image.changed', { image });
  const home = join(folder, 'kit');
  const output = join(home, kit.output);
  const scratch = join(folder, 'scratch');
  await shell.run(['mkdir', '--parents', '--', home, scratch]);
  await unpack(blueprint, home, making);
  const env = { SOURCE_DATE_EPOCH: String(epochOf(blueprint)), MUSTER_IMAGE: image };
  const watch = { env, signal, onLine: making.onLine };
  try {
    if (blueprint.builder === 'packer') {
      const variables = join(folder, 'muster.pkrvars.json');
      const values = Object.fromEntries(kit.words.map((word) => cut(word)));
      await new Disk(shell).write(variables, JSON.stringify(values));
      const template = join(home, kit.main);
      await packer.open({ shell, options: {} }).build({ template, variables, cwd: home, scratch }, watch);
    } else {
      await shell.run(['mkdir', '--parents', '--', output]);
      const argv = [join(home, kit.main), output, ...kit.words];
      await shell.run(argv, { ...watch, cwd: home, env: { ...env, TMPDIR: scratch } });
    }
  } catch (error) {
    if (!(error instanceof MusterError) || error.code !== 'shell.exit') throw error;
    const { code: status, message, host } = error.facts;
    const facts = { image, host, status, message: message ?? kit.main };
    throw new MusterError('image.builder', facts, { cause: error, lines: error.lines });
  }
  report.progress(0.9);
  const found = await outputsOf(blueprint, home, shell);
  const { packages, ...parts } = found;
  return { parts, packages: packages === undefined ? [] : await packagesIn(packages, shell) };
}

/** What it brings, where it runs. */
async function unpack(blueprint: Blueprint, home: string, { shell, signal }: Making): Promise<void> {
  const files = (blueprint.kit?.files ?? []).map(({ path, content, executable }) => ({
    path,
    content: Buffer.from(content, 'base64'),
    mode: executable || path === blueprint.kit?.main ? 0o755 : 0o644,
  }));
  await shell.run(['tar', '--extract', '--file', '-', '--directory', home, '--no-same-owner'], {
    stdin: archiveOf(files, epochOf(blueprint)),
    signal,
  });
}

/** The files that it left, by what they are. What leads out of its folder by a link, also one of its folders, is none of them. */
async function outputsOf(
  { kit, image }: Blueprint,
  home: string,
  shell: Shell,
): Promise<PartFiles & { packages?: string }> {
  const found: Partial<Record<Part | 'packages', string>> = {};
  for (const [name, file] of Object.entries(kit?.outputs ?? {})) {
    const path = join(home, kit?.output ?? '', file);
    const { stdout } = await shell.run(['realpath', '--zero', '--', home, path], { accept: [0, 1] });
    const [inside = '', real = ''] = stdout.split('\0');
    const isFile = await shell.run(['test', '-f', path, '-a', '-s', path], { accept: [0, 1] });
    if (isFile.code !== 0 || inside === '' || !real.startsWith(`${inside}/`))
      throw new MusterError('image.output', { image, file, host: shell.host });
    if (name === 'packages' || (PARTS as readonly string[]).includes(name))
      found[name as Part | 'packages'] = real;
  }
  return found;
}

/** `name version` each, sorted; other lines are passed over. */
async function packagesIn(path: string, shell: Shell): Promise<string[]> {
  const { stdout } = await shell.run(['cat', '--', path], { keep: MOST_PACKAGES });
  const lines = stdout.split('\n').filter((line) => /^[a-z0-9][a-z0-9+.-]* [A-Za-z0-9.+:~-]+$/.test(line));
  return [...new Set(lines)].sort();
}

/** `NAME=VALUE`, apart. */
function cut(word: string): [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}
