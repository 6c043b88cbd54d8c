/** Images of one host's engine, made from archives on that host. */
import { z } from 'zod';
import type { RunOptions } from '../../shell.ts';
import { defineAdapter } from '../adapter.ts';
import {
  commitArgv,
  createArgv,
  discardArgv,
  fillArgv,
  type Import,
  importArgv,
  inspectArgv,
  type Layer,
  pruneArgv,
  removeArgv,
  runningArgv,
  tagArgv,
  tagsArgv,
} from './commands.ts';

type Watch = Pick<RunOptions, 'signal' | 'onLine'>;

/** What we read of an image. */
export const Image = z.object({
  Id: z.string(),
  Size: z.number(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  /** Digests of what its layers hold, the lowest first. */
  RootFS: z.object({ Layers: z.array(z.string()).default([]) }),
});
export type Image = z.infer<typeof Image>;

export const images = defineAdapter({
  // Its settings are the engine's: `tools.docker` in the configuration.
  name: 'docker',
  about: "The engine's images",
  options: z.object({ socket: z.string().startsWith('/').default('/var/run/docker.sock') }),
  open: ({ shell, options: { socket } }) => ({
    /** An image by name; undefined where there is none. Rejects with `shell.exit` where the engine does not answer. */
    async find(image: string): Promise<Image | undefined> {
      const { stdout } = await shell.run(inspectArgv(socket, image), { accept: [0, 1] });
      return stdout.trim() === '' ? undefined : Image.parse(JSON.parse(stdout));
    },
    /** Makes an image out of a root file system; gives its id. */
    async import(what: Import, watch: Watch = {}): Promise<string> {
      return (await shell.run(importArgv(socket, what), watch)).stdout.trim();
    },
    /** Makes an image by putting an archive on top of another one. */
    async extend(what: Layer, archive: Buffer, watch: Watch = {}): Promise<void> {
      await shell.run(discardArgv(socket, what.container), { accept: [0, 1] });
      try {
        await shell.run(createArgv(socket, what), watch);
        await shell.run(fillArgv(socket, what), { ...watch, stdin: archive });
        await shell.run(commitArgv(socket, what), watch);
      } finally {
        await shell.run(discardArgv(socket, what.container), { accept: [0, 1] });
      }
    },
    /** The images of the containers that run and have a label, each with the label's value. */
    async running(label: string): Promise<{ value: string; image: string }[]> {
      const { stdout } = await shell.run(runningArgv(socket, label));
      return stdout.split('\n').flatMap((row) => {
        const [value = '', image = ''] = row.split('|');
        return image === '' ? [] : [{ value, image }];
      });
    },
    /** Removes images that have a label, no name, and no image that stands on them. */
    async prune(label: string): Promise<void> {
      await shell.run(pruneArgv(socket, label));
    },
    /** Gives an image another name. */
    async tag(image: string, name: string): Promise<void> {
      await shell.run(tagArgv(socket, image, name));
    },
    /** The tags of a repository, newest image first. */
    async tags(repository: string): Promise<string[]> {
      const { stdout } = await shell.run(tagsArgv(socket, repository));
      return stdout.split('\n').filter((tag) => tag !== '' && tag !== '<none>');
    },
    /** Takes a name away; false where something still needs it. */
    async remove(image: string): Promise<boolean> {
      return (await shell.run(removeArgv(socket, image), { accept: [0, 1] })).code === 0;
    },
  }),
});
