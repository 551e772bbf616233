ALTER TABLE intents VALIDATE CONSTRAINT intents_provider_customer_key;
ALTER TABLE intents VALIDATE CONSTRAINT intents_fingerprint;
ALTER TABLE intents VALIDATE CONSTRAINT intents_masked_number;

-- An open intent was recorded with the key that the customer had by then: that of the last card that is older.

UPDATE intents SET provider_customer_key = (
    SELECT card.provider_customer_key FROM saved_cards AS card
    WHERE card.customer = intents.customer AND card.pos = intents.pos
        AND card.provider_customer_key IS NOT NULL AND card.created_at < intents.created_at
    ORDER BY card.updated_at DESC, card.pk DESC LIMIT 1
) WHERE outcome IS NULL;
