/** What is said of hosts that are added in a chat. */
export const hosts = {
  hidden: (f: { name: string }) =>
    `${f.name} was added in a chat, too: this entry counts. /host remove ${f.name} takes the other one away`,
  unlessAdded: (f: { problem: string }) =>
    `${f.problem}, unless it was added in a chat: that is known only where Redis is`,
};
