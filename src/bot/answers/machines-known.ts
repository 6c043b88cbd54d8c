/** The machines of the configuration and of chats, for commands. */
import { type Known, knownMachines, MachineRecord } from '../../jobs/machine/record.ts';
import type { House } from '../house.ts';

/** Every machine, by name; an entry that another version wrote and this one cannot read is left out. */
export async function machinesIn({ config, state }: Pick<House, 'config' | 'state'>): Promise<Known[]> {
  const added = Object.entries(await state.all('machines')).flatMap(([name, value]) => {
    const { data } = MachineRecord.safeParse(value);
    return data ? [[name, data] as const] : [];
  });
  return knownMachines(config, Object.fromEntries(added));
}
