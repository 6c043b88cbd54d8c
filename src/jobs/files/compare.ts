/** Shows how files on a host differ from what they are to be, and what somebody changed by hand. Changes nothing. */
import { hostFiles, sumOf } from '../../adapters/host-files/host-files.ts';
import { unified } from '../../hubs/config/diff.ts';
import { maskLike } from '../../hubs/config/mask.ts';
import { messages } from '../../messages/messages.ts';
import { defineStep } from '../step.ts';
import { Deliveries } from './input.ts';
import { contentsOf } from './made.ts';
import { Records } from './records.ts';
import { isIn } from './write.ts';

/** The most lines that are told of one file. */
const TOLD = 60;

export const compareFiles = defineStep({
  name: 'files.compare',
  lane: 'read',
  input: Deliveries,
  uses: { hostFiles },
  timeout: '5m',
  title: ({ host, files }) => messages().files.steps.compare({ host, names: files.map(({ file }) => file) }),
  brief: async (input, beside) => ({ contents: await contentsOf(input, beside) }),
  async run({ files: wanted, contents = {} }, { shell, root, run, hostFiles: files, report }) {
    const { host } = shell;
    const { notes, diff: words } = messages().files;
    const records = new Records(files, root);
    for (const file of wanted) {
      const { path } = file;
      const { bytes = '', masked = '' } = contents[file.id] ?? {};
      const [found, { left }] = await Promise.all([files.read(path), records.of(path, run)]);
      const drifted = found !== undefined && found.sum !== left?.sum;
      if (!found) report.line(notes.absent({ host, path }));
      else if (found.sum === sumOf(Buffer.from(bytes, 'base64'))) {
        const is = `${found.mode} ${found.owner}:${found.group}`;
        const manner = `${file.mode} ${file.owner ?? found.owner}:${file.group ?? found.group}`;
        report.line(
          isIn(found, file)
            ? notes.inForce({ host, path })
            : notes.manner({ host, path, is, wanted: manner }),
        );
        continue;
      } else if (drifted) report.line((left ? notes.drift : notes.foreign)({ host, path }));
      else report.line(notes.differs({ host, path }));
      const known = left === undefined ? [masked] : [left.masked, masked];
      const text =
        left && found?.sum === left.sum ? left.masked : maskLike(found?.bytes.toString('utf8') ?? '', known);
      const lines = unified(text, masked);
      for (const line of lines.slice(0, TOLD)) report.line(line);
      if (lines.length > TOLD) report.line(words.more({ count: lines.length - TOLD }));
    }
  },
});
