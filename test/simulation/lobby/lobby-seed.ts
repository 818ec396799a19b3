/** A seed's name says what kind of world it is: `lobby-17` is a lobby, `17` is a site of gates. */
export const LOBBY_SEED = 'lobby-';

export const isLobbySeed = (seed: string): boolean => seed.startsWith(LOBBY_SEED);
