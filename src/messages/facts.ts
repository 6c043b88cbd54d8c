/** What a message is about, by name: it picks from these. */
export type Facts = Record<string, string | number | boolean | undefined>;
