/** A plan as text: what `--dry-run` shows. */
import { type Plan, planHash } from '../../jobs/plan.ts';
import { messages } from '../../messages/messages.ts';
import type { Scrubber } from '../../secret.ts';
import { printable } from '../../shell.ts';

const MAX_VALUE = 100;

/** Every stage and step with its resolved input (secrets gone before anything is cut), and the hash people would approve. */
export function drawPlan(plan: Plan, scrubber: Scrubber): string {
  const { stages } = messages().jobs;
  const steps = plan.stages.flatMap((stage, index) => [
    `${index + 1}. ${stages[stage.name] ?? stage.name}`,
    ...stage.steps.map((step) => `   ${step.host}: ${step.title}${details(scrubber.data(step.input))}`),
  ]);
  const { planned } = messages().answers;
  const locks = plan.locks.length > 0 ? [planned.locks(plan)] : [];
  const text = [
    planned.title(plan),
    ...(plan.shows ?? []),
    ...steps,
    ...locks,
    planned.hash({ hash: planHash(plan).slice(0, 12) }),
  ];
  return text.map(printable).join('\n');
}

/** A value as people write it: a list of words with commas. */
function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  const words = Array.isArray(value) && value.every((word) => typeof word === 'string');
  return words ? value.join(',') : JSON.stringify(value);
}

function details(input: Record<string, unknown>): string {
  const shown = Object.entries(input).filter(([name, value]) => name !== 'host' && value !== undefined);
  if (shown.length === 0) return '';
  const words = shown.map(([name, value]) => {
    const text = plain(value);
    return `${name}=${text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text}`;
  });
  return ` (${words.join(' ')})`;
}
