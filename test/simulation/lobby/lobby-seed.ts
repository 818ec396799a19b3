/** A seed's name says what kind of world it is: `lobby-17` is a lobby, `lobby-full-17` one with members, card terminals, staff and second printers, `17` a site of gates. */
export const LOBBY_SEED = 'lobby-';
export const FULL_LOBBY_SEED = `${LOBBY_SEED}full-`;

export const isLobbySeed = (seed: string): boolean => seed.startsWith(LOBBY_SEED);
export const isFullLobbySeed = (seed: string): boolean => seed.startsWith(FULL_LOBBY_SEED);
