/** Makes what runs the live generation, and removes what is too old to go back to. */
import { z } from 'zod';
import { docker } from '../../adapters/docker/docker.ts';
import { git } from '../../adapters/git/git.ts';
import { messages } from '../../messages/messages.ts';
import { short } from '../../names.ts';
import { defineStep, type StepContext } from '../step.ts';
import { Generations } from './generations.ts';
import { goLive, type History, takeBack, trim } from './history.ts';
import { keepServices } from './identities.ts';
import { Live } from './input.ts';

export const keep = defineStep({
  name: 'deploy.keep',
  input: z.strictObject({
    ...Live.shape,
    /** How many generations to keep besides the live one. */
    keep: z.number().int().min(1),
  }),
  uses: { docker, git },
  timeout: '10m',
  title: ({ app, commit, host }) => messages().jobs.steps.keep({ app, commit: short(commit), host }),
  async run(input, context) {
    const { app, commit, ref } = input;
    const { shell, root, origin, report } = context;
    const generations = new Generations(shell, root, app);
    const generation = input.generation ?? origin;
    const entry = { generation, commit, ref, at: new Date().toISOString() };
    const history = trim(goLive(await generations.history(), entry), input.keep);
    await generations.remember(history);
    // The app is live by now: what cannot be tidied up is no reason to take that back.
    await prune(generations, history, context).catch((error: Error) => {
      if (context.signal.aborted) return;
      report.note(messages().jobs.notes.oldStays({ app, message: error.message }));
    });
    return { current: generation, list: history.list };
  },
  async undo(input, { shell, root, origin }) {
    const generations = new Generations(shell, root, input.app);
    const generation = input.generation ?? origin;
    const history = takeBack(await generations.history(), generation, input.generation === undefined);
    await generations.remember(history);
    return { current: history.current, list: history.list };
  },
  async record({ host, app }, live, state) {
    // By the clock of whoever notes it: the host's may be wrong.
    await state.set(`generations/${app}`, host, { ...live, since: new Date().toISOString() });
    await keepServices(state, { app, host, kept: live.list.map(({ generation }) => generation) });
  },
});

/** Removes every generation that the history does not hold: its images, its files, its commit. */
async function prune(
  generations: Generations,
  history: History,
  { docker: engine, git: repositories, report }: Pruning,
): Promise<void> {
  const kept = new Set(history.list.map((entry) => entry.generation));
  for (const old of (await generations.all()).filter((generation) => !kept.has(generation))) {
    const known = await generations.find(old);
    for (const { image, built } of known?.services ?? []) if (built) await engine.removeImage(image);
    await generations.remove(old);
    const generation = known ? `${known.ref} (${short(known.commit)})` : old;
    report.line(messages().reasons.removed({ generation }));
  }
  // Who goes back to one of these brings new ones.
  const resting = history.list.filter(({ generation }) => generation !== history.current);
  for (const { generation } of resting) await generations.forgetIdentities(generation);
  const known = await Promise.all(history.list.map(({ generation }) => generations.find(generation)));
  await generations.keepIdentities(known.flatMap((one) => one?.services.map(({ name }) => name) ?? []));
  await repositories.forget(
    generations.repository,
    history.list.map((entry) => entry.commit),
  );
}

type Pruning = StepContext & { docker: ReturnType<typeof docker.open>; git: ReturnType<typeof git.open> };
