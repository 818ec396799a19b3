/** What both ends of the bench's lines have agreed on. A PTY has no speed of its own: what is measured is the programs. */
export const BAUD_RATE = 115_200;
/** Of a poll of a Modbus board's eight inputs, and about that of an OSDP poll. */
export const REQUEST_BYTES = 8;
export const REPLY_BYTES = 6;
