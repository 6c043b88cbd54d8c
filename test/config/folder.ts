/** A configuration folder of the test's own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type ConfigReading, readConfig } from '../../src/config/load.ts';

/** Writes the files (name -> text) into a new folder, which goes with the test. */
export async function folderOf(t: TestContext, files: Record<string, string | Buffer>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-config-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

/** What reading the files says, each problem as `file:line:column path: message` with the file's bare name. */
export async function reading(
  t: TestContext,
  files: Record<string, string | Buffer>,
): Promise<{ problems: string[]; warnings: string[]; config: ConfigReading['config'] }> {
  const folder = await folderOf(t, files);
  const { config, problems, warnings } = await readConfig(folder);
  const lines = (found: ConfigReading['problems']) =>
    found.map(({ file, line, column, path, message }) =>
      [`${file}:${line}:${column}`, path, message].join(' ').replaceAll(`${folder}/`, ''),
    );
  return { config, problems: lines(problems), warnings: lines(warnings) };
}
