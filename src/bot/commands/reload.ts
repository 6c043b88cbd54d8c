import { z } from 'zod';
import { defineCommand } from '../command.ts';

export const reload = defineCommand({
  name: 'reload',
  summary: 'Read the configuration again; a bad one is refused and the old one stays',
  examples: ['reload'],
  input: z.object({}),
  risk: 'change',
  scope: () => 'cloud',
  answer: async (_, house) => ({ text: await house.reload() }),
});
