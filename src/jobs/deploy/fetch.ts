/** Brings a commit's files to the host. */
import { git } from '../../adapters/git/git.ts';
import { messages } from '../../messages/messages.ts';
import { short } from '../../names.ts';
import { defineStep } from '../step.ts';
import { Generations } from './generations.ts';
import { Source } from './input.ts';

export const fetch = defineStep({
  name: 'deploy.fetch',
  input: Source,
  uses: { git },
  timeout: '15m',
  retry: { times: 2, pause: '2s' },
  title: ({ app, commit, host }) => messages().jobs.steps.fetch({ app, commit: short(commit), host }),
  async run({ app, repository, commit, ref }, { git: repositories, loginTo, ...context }) {
    const { shell, root, origin, signal, report } = context;
    const generations = new Generations(shell, root, app);
    await generations.make(origin);
    if (await generations.hasSource(origin)) return;
    const watch = { signal, onLine: (line: string) => report.line(line) };
    const folder = generations.repository;
    try {
      const login = loginTo(repository);
      await repositories.fetch({ app, repository, login, commit, ref, folder }, watch);
      const workshop = await generations.workshop(origin);
      await repositories.export({ folder, commit, ...workshop }, watch);
      await generations.keepSource(origin, workshop);
    } catch (error) {
      throw signal.aborted ? error : await generations.explain(origin, error);
    }
  },
});
