/** `¥42.00` */
export const formatPrice = (minor: number): string => `¥${(minor / 100).toFixed(2)}`;
