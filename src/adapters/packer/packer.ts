/** Machine images by HashiCorp's packer, with a template of the user's; developer.hashicorp.com/packer/docs/commands/build. */
import type { RunOptions } from '../../shell.ts';
import { defineAdapter, noOptions } from '../adapter.ts';

/** `variables` is a file of JSON: values are in no process list. */
export const buildArgv = (template: string, variables: string): string[] => [
  'packer',
  'build',
  '-color=false',
  '-force',
  `-var-file=${variables}`,
  template,
];

export const packer = defineAdapter({
  name: 'packer',
  about: 'Machine images by templates of packer',
  options: noOptions,
  open: ({ shell }) => ({
    /** Runs a template in `cwd`; what packer keeps for itself goes into `scratch`, and nobody is asked or told of its version. */
    async build(
      { template, variables, cwd, scratch }: Record<'template' | 'variables' | 'cwd' | 'scratch', string>,
      { env = {}, ...watch }: Pick<RunOptions, 'env' | 'onLine' | 'signal'>,
    ): Promise<void> {
      const own = {
        CHECKPOINT_DISABLE: '1',
        PACKER_CACHE_DIR: scratch,
        PACKER_CONFIG_DIR: scratch,
        TMPDIR: scratch,
      };
      await shell.run(buildArgv(template, variables), { ...watch, cwd, env: { ...env, ...own } });
    },
    /** Its version, like `1.6.6`. */
    async version(): Promise<string> {
      const { stdout } = await shell.run(['packer', 'version'], { env: { CHECKPOINT_DISABLE: '1' } });
      return /v?(\d\S*)/.exec(stdout)?.[1] ?? '';
    },
  }),
  probe: (builder) => builder.version(),
});
