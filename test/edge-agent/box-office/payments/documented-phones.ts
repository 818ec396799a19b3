/** Phones and money of a provider that is imitated from its documentation: what both imitations have in common. */
export interface DocumentedPayment {
  readonly order: string;
  readonly minor: number;
  state: 'waiting' | 'paying' | 'paid' | 'failed' | 'closed' | 'returned';
  refund: string | undefined;
}

export interface DocumentedPhones {
  readonly payments: Map<string, DocumentedPayment>;
  newCode(behaviour: 'pay' | 'password' | 'refuse'): string;
  /** What becomes of a charge by this code; undefined when nobody has it or it was used. */
  charge(code: string, order: string, minor: number): DocumentedPayment | undefined;
  settle(order: string, state: DocumentedPayment['state']): Promise<void>;
}

export function createDocumentedPhones(prefix: string): DocumentedPhones {
  const payments = new Map<string, DocumentedPayment>();
  const codes = new Map<string, 'pay' | 'password' | 'refuse'>();
  let drawn = 0;
  return {
    payments,
    newCode: (behaviour) => {
      const code = `${prefix}${String(++drawn).padStart(16, '7')}`;
      codes.set(code, behaviour);
      return code;
    },
    charge: (code, order, minor) => {
      const behaviour = codes.get(code);
      if (behaviour === undefined) return undefined;
      codes.delete(code);
      const state = behaviour === 'pay' ? 'paid' : behaviour === 'password' ? 'paying' : 'failed';
      const payment: DocumentedPayment = { order, minor, state, refund: undefined };
      payments.set(order, payment);
      return payment;
    },
    settle: async (order, state) => {
      const payment = payments.get(order);
      if (payment === undefined) throw new Error(`the test settles ${order}, which is not known`);
      payment.state = state;
    },
  };
}
