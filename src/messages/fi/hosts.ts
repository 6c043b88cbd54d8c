/** What is said of hosts that are added in a chat. */
import type { Messages } from '../language.ts';

export const hosts: Messages['hosts'] = {
  hidden: (f) =>
    `${f.name} on lisätty myös keskustelussa: tämä kohta on voimassa. /host remove ${f.name} poistaa toisen`,
  unlessAdded: (f) =>
    `${f.problem}, ellei sitä ole lisätty keskustelussa: sen tietää vain siellä, missä Redis on`,
};
