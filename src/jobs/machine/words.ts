/** What is known of machines and their boots, in words. */
import type { Because, BootStage } from '../../boot.ts';
import { messages } from '../../messages/messages.ts';

/** Why something is so. */
export function becauseText({ code, facts }: Because): string {
  const words: Readonly<Record<string, (facts: Record<string, string>) => string>> =
    messages().machines.because;
  return Object.hasOwn(words, code) ? words[code]!(facts) : code;
}

/** A stage, as cards call it. */
export const stageText = (stage: BootStage): string => messages().jobs.stages[stage] ?? stage;
