/** Agreeing to a plan, or not: three commands over one request. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { RunId } from '../../names.ts';
import { defineCommand } from '../command.ts';
import type { House } from '../house.ts';
import { mayApprove } from '../rights/approval.ts';

const input = z.object({ request: RunId });
/** With the plan that the person saw, as buttons say it: where that is another one by now, they did not agree to it. */
const agreed = input.extend({
  plan: z
    .string()
    .regex(/^[0-9a-f]{8,64}$/)
    .optional(),
});

export const approve = defineCommand({
  name: 'approve',
  about: () => messages().commands.approve,
  examples: ['approve r-7k2m9xq4tz'],
  input: agreed,
  words: ['request', 'plan'],
  risk: 'change',
  scope: ({ request }) => `request/${request}`,
  async answer({ request: id, plan }, house) {
    const { requests, caller, config } = house;
    const request = await requests.get(id);
    const { approvals } = messages().answers;
    const who = approvers(house, request.need.from, request.by.person);
    if (request.need.count === 0)
      throw new MusterError('request.notyours', {
        problem: approvals.onlyAsker({ by: request.by.person }),
        who: request.by.person,
      });
    if (caller.person === request.by.person)
      throw new MusterError('request.notyours', {
        problem: approvals.notYourself,
        who,
      });
    if (!mayApprove(config, caller.person, request.need))
      throw new MusterError('request.notyours', {
        problem: approvals.byRole({ roles: request.need.from }),
        who,
      });
    const next = await requests.approve(id, caller, {
      plan,
      counts: (person) => mayApprove(config, person, request.need),
    });
    if (next.decision === 'granted') return house.proceed(next);
    const left = next.need.count - next.approvals.length;
    return { text: approvals.left({ id, left }) };
  },
});

export const confirm = defineCommand({
  name: 'confirm',
  about: () => messages().commands.confirm,
  examples: ['confirm r-7k2m9xq4tz'],
  input: agreed,
  words: ['request', 'plan'],
  risk: 'change',
  scope: ({ request }) => `request/${request}`,
  async answer({ request: id, plan }, house) {
    const { requests, caller } = house;
    const { need, by } = await requests.get(id);
    const { approvals } = messages().answers;
    if (need.count > 0)
      throw new MusterError('request.notyours', {
        problem: approvals.needsApproval({ id }),
        who: approvers(house, need.from, by.person),
      });
    if (caller.person !== by.person)
      throw new MusterError('request.notyours', {
        problem: approvals.onlyAsker({ by: by.person }),
        who: by.person,
      });
    return house.proceed(await requests.approve(id, caller, { plan }));
  },
});

export const refuse = defineCommand({
  name: 'refuse',
  about: () => messages().commands.refuse,
  examples: ['refuse r-7k2m9xq4tz'],
  input,
  words: ['request'],
  risk: 'change',
  scope: ({ request }) => `request/${request}`,
  async answer({ request: id }, house) {
    const { requests, caller, config } = house;
    const { need, by } = await requests.get(id);
    const { approvals } = messages().answers;
    if (caller.person !== by.person && !mayApprove(config, caller.person, need))
      throw new MusterError('request.notyours', {
        problem: approvals.notYours,
        who: [by.person, approvers(house, need.from, by.person)].filter(Boolean).join(', '),
      });
    const { title } = await requests.refuse(id, caller);
    return { text: `✕ ${approvals.refused({ title })}` };
  },
});

/** Who could approve, by name. */
const approvers = ({ config }: House, from: readonly string[], asker: string): string =>
  Object.entries(config.people)
    .filter(([name, { roles }]) => name !== asker && roles.some((role) => from.includes(role)))
    .map(([name]) => name)
    .join(', ') || messages().phrases.nobody;
