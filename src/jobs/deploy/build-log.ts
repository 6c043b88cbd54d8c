/** What a build's output tells: how far it is, which containers it works in, which images it stands on. */

/** Reads the output of the classic builder (`Step 3/7 : RUN …`, `---> Running in 1f3a…`) and of BuildKit (`#9 [web 3/7] RUN …`). */
export class BuildLog {
  readonly #builds: number;
  #finished = 0;
  #step = 0;
  #steps = 0;
  readonly #stages = new Map<string, { step: number; steps: number }>();
  readonly #containers = new Set<string>();
  readonly #bases = new Set<string>();
  /** Stages of the Dockerfile, which later ones may be made `FROM`. */
  readonly #names = new Set<string>();

  /** `builds` is how many images will be built. */
  constructor(builds: number) {
    this.#builds = Math.max(1, builds);
  }

  take(line: string): void {
    const classic = /^\s*Step (\d+)\/(\d+) : (.*)$/.exec(line);
    if (classic) {
      if (Number(classic[1]) === 1 && this.#steps > 0) this.#finished += 1;
      [this.#step, this.#steps] = [Number(classic[1]), Number(classic[2])];
      this.#base(classic[3] as string);
    }
    const buildkit = /^#\d+ \[([^\]]*?) ?(\d+)\/(\d+)\] (.*)$/.exec(line);
    if (buildkit) {
      const [, stage = '', step, steps, words = ''] = buildkit;
      this.#stages.set(stage, { step: Number(step), steps: Number(steps) });
      this.#base(words);
    }
    const running = /^\s*---> Running in ([0-9a-f]{12,64})$/.exec(line);
    if (running) this.#containers.add(running[1] as string);
    const removed = /^Removing intermediate container ([0-9a-f]{12,64})$/.exec(line);
    if (removed) this.#containers.delete(removed[1] as string);
  }

  /** The share that is done, 0 to 1; the step that runs counts as half done. */
  get share(): number {
    if (this.#stages.size > 0) {
      const all = [...this.#stages.values()];
      const steps = all.reduce((sum, stage) => sum + stage.steps, 0);
      return Math.min(1, all.reduce((sum, stage) => sum + stage.step - 0.5, 0) / steps);
    }
    const here = this.#steps === 0 ? 0 : (this.#step - 0.5) / this.#steps;
    return Math.min(1, (this.#finished + here) / this.#builds);
  }

  /** Containers that commands of the build ran in and that were not removed. */
  get containers(): readonly string[] {
    return [...this.#containers];
  }

  /** The images named by `FROM`. */
  get bases(): readonly string[] {
    return [...this.#bases];
  }

  #base(words: string): void {
    const [, image, stage] = /^FROM (?:--\S+ )*(\S+)(?: AS (\S+))?/i.exec(words) ?? [];
    if (image && image !== 'scratch' && !this.#names.has(image))
      this.#bases.add(image.replace(/^docker\.io\/(?:library\/)?/, ''));
    if (stage) this.#names.add(stage);
  }
}
