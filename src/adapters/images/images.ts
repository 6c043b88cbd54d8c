/** Images of one host's engine, made from archives on that host. */
import { z } from 'zod';
import type { RunOptions } from '../../shell.ts';
import { defineAdapter } from '../adapter.ts';
import { type Import, importArgv, inspectArgv, removeArgv, tagArgv, tagsArgv } from './commands.ts';

/** What we read of an image. */
export const Image = z.object({
  Id: z.string(),
  Size: z.number(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
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
    /** Makes an image out of a root file system. */
    async import(what: Import, watch: Pick<RunOptions, 'signal' | 'onLine'> = {}): Promise<void> {
      await shell.run(importArgv(socket, what), watch);
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
