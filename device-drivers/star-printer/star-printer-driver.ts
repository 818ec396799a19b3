import { ticketPrinterDriver } from '../ticket-printer/driver.ts';

/** The session that all printers share, under the name by which this family is configured; its bytes are in `language.ts`. */
export const starPrinterDriver: typeof ticketPrinterDriver = { ...ticketPrinterDriver, name: 'star-printer' };
