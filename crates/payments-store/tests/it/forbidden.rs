//! What no column may take: a card number, a code, a phone.

/// A row of saved cards, with another text in one column.
macro_rules! saved_card {
    () => { saved_card!(@ "552879******0008", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "visa", "A B", "Mine") };
    (mask: $mask:literal) => { saved_card!(@ $mask, "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "visa", "A B", "Mine") };
    (fingerprint: $fingerprint:literal) => { saved_card!(@ "552879******0008", $fingerprint, "visa", "A B", "Mine") };
    (brand: $brand:literal) => { saved_card!(@ "552879******0008", "2123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", $brand, "A B", "Mine") };
    (holder: $holder:literal) => { saved_card!(@ "552879******0008", "3123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "visa", $holder, "Mine") };
    (name: $name:literal) => { saved_card!(@ "552879******0008", "4123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "visa", "A B", $name) };
    (@ $mask:literal, $fingerprint:literal, $brand:literal, $holder:literal, $name:literal) => {
        concat!(
            "INSERT INTO saved_cards (customer, pos, token, masked_number, fingerprint, expiry_month, expiry_year, \
             brand, holder, name, consented_at, created_at, updated_at) VALUES (7, 1, 't', '",
            $mask, "', '", $fingerprint, "', 1, 2030, '", $brand, "', '", $holder, "', '", $name,
            "', '2027-01-01 00:00:00', '2027-01-01 00:00:00', '2027-01-01 00:00:00')"
        )
    };
}

/// A card as it is kept.
pub(crate) const ACCEPTED: &str = saved_card!();

/// Rows with a number, a code or a phone in one column each.
pub(crate) const REFUSED: [&str; 17] = [
    saved_card!(mask: "5528790000000008"),
    saved_card!(mask: "552879******00080"),
    saved_card!(mask: "552879*****a0008"),
    saved_card!(fingerprint: "5528790000000008"),
    saved_card!(holder: "5528790000000008"),
    saved_card!(holder: "Ay 5 5 2 8 7 9"),
    saved_card!(name: "05551234567"),
    saved_card!(brand: "5528790000000008"),
    "UPDATE saved_cards SET family = '5528790000000008'",
    "UPDATE saved_cards SET bank = 'tel. 0555 123 45 67'",
    "UPDATE saved_cards SET bin = '552879000'",
    "UPDATE saved_cards SET bin = '5528790000000008'",
    "UPDATE saved_cards SET bin = '55287９'",
    "INSERT INTO audit_log (pseudonym, outcome, gateway_code, at)
     VALUES (NULL, 'refused', '5528790000000008', '2027-01-01 00:00:00')",
    "INSERT INTO audit_log (pseudonym, outcome, at) VALUES (NULL, '123456', '2027-01-01 00:00:00')",
    "INSERT INTO intents (id, customer, pos, created_at, looks)
     VALUES ('5528790000000008', 7, 1, '2027-01-01 00:00:00', 0)",
    "INSERT INTO sessions (digest, expires_at)
     VALUES ('demo_customer_0000000000000000001', '2027-01-01 00:00:00')",
];
