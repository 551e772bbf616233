### English: everything a customer or an operator can read.

## Installment plans

# $count (Number) - how many payments, 1 to 99
installment-label =
    { $count ->
        [1] Single payment
       *[other] { $count } installments
    }

## Text messages

# One SMS segment: at most 160 characters of the GSM 7-bit alphabet. No address, no other digits.
# $code (String) - the code, 4 to 8 digits
sms-code = Your verification code: { $code }. Enter it to save your card and do not share it with anyone.

# For senders that take ASCII only.
# $code (String) - the code, 4 to 8 digits
sms-code-ascii = Your verification code: { $code }. Enter it to save your card and do not share it with anyone.

## Who is asking

not-authenticated = Authentication credentials were not provided.
csrf-missing = The security token is missing. Please refresh the page and try again.
csrf-failed = The security token is not valid. Please refresh the page and try again.
signature-refused = The signature is not valid.

## What was asked for

not-found = Not found.
product-not-found = Product not found.
customer-not-found = Customer not found.
card-not-found = Saved card not found.
method-not-allowed = This method is not allowed at this address.

## Requests that cannot be read

bad-request = The request could not be understood.
malformed-body = The request body could not be read.
payload-too-large = The request body is too large.
unsupported-media-type = This content type is not supported.
uri-too-long = The request address is too long.
headers-too-large = The request headers are too large.
request-timeout = The request was not completed in time. Please try again.

## Limits and faults of the service

# $seconds (Number) - how long to wait
too-many-requests =
    { $seconds ->
        [one] Too many requests. Please try again in { $seconds } second.
       *[other] Too many requests. Please try again in { $seconds } seconds.
    }

too-many-codes-today = You have made too many attempts today. Please try again tomorrow.
service-unavailable = The service is currently unavailable. Please try again shortly.
internal-error = An unexpected error occurred. Please try again shortly.

## Fields

validation-failed = Some of the information is missing or incorrect. Please check it.
field-required = This field is required.
field-not-string = This field must be text.
field-blank = This field must not be blank.
field-invalid = This value is not valid.

## Fields: telephone and code

phone-invalid = Enter a phone number of 10 to 14 digits.
phone-not-mobile = Enter a mobile phone number.
phone-country-not-allowed = Codes cannot be sent to phone numbers of this country. Please enter another number.
otp-format = The code must be 4 to 8 digits.
otp-wrong = The code is wrong.

## Fields: the card

card-number-invalid = The card number is not valid.
bin-invalid = Enter the first 6 to 8 digits of the card number.
saved-card-invalid = Choose one of your saved cards.
one-card-only = Enter the first digits of the card or choose a saved card, not both.
for-invalid = Choose the basket or the pre-order.
product-keys-invalid = Enter 1 to 100 product numbers, separated by commas.
card-expiry-invalid = The expiry date is not valid.
card-expired = Your card has expired.
card-cvv-invalid = The security code (CVV) must be 3 or 4 digits.
card-holder-invalid = Enter the cardholder's name as it appears on the card.
card-name-invalid = Enter a valid name for the card.
name-too-long = This name is too long.
consent-required = Your consent is required to save the card.

## Saving a card

# No card has been submitted, or it has been held for too long.
no-card-held = Your card details have timed out. Please enter them again.

# No code has been asked for, or the phone number has been held for too long.
no-code-sent = Your session for this number has timed out. Please request a new code.

code-expired = The code has expired. Please request a new one.

# Too many wrong codes: code and card are gone.
flow-void = A wrong code was entered too many times. Please enter your card details again and request a new code.

saving-in-progress = Your card is being saved. Please wait a moment.

# An earlier attempt ended and the held card was dropped.
card-gone = Your card details were deleted and the card was not saved. Please enter your card details again.

## The bank's or the payment provider's answer

gateway-declined = Your bank declined the card; it was not saved. Please try another card.
gateway-expired-card = Your bank reported that the card has expired; it was not saved. Please try another card.
gateway-invalid-card = Your bank did not accept the card details; the card was not saved. Please check them and enter them again.
gateway-not-allowed = This card cannot be saved. Please try another card.
gateway-try-later = Your bank cannot answer at the moment; the card was not saved. Please try again shortly.
gateway-contact-bank = Your bank did not authorize the card; it was not saved. Please contact your bank.
gateway-generic = The card could not be saved. Please try again or use another card.
gateway-unavailable = The payment provider cannot be reached; the card was not saved. Please try again shortly.

# Nobody knows yet whether the provider took the card; the reconciler finds out.
gateway-outcome-unknown = The payment provider did not answer; the card was not saved. Please try again in a few minutes.

# 3-D Secure: what the code is answered, and the page after the bank.
action-required = Your bank wants to confirm that it is you. Please continue at your bank.
action-saved-title = Your card is saved
action-saved = You can close this page and go on in the store.
action-refused-title = Your card is not saved
action-pending-title = Your card is not saved yet
action-pending = Your bank has not confirmed the card yet. Finish there, then reload this page.
action-over-title = This page is not valid any more
action-over = The page has expired, or the card was already saved or refused. Please look at your saved cards in the store.

## The page of an empty store

empty-store-title = This store is empty
empty-store-text = The service is running, but it has no cards to list yet.
empty-store-no-token = There is no management token yet, so nothing can be imported.
empty-store-next = The first steps are on this page of the documentation:
empty-store-api = API reference

## Sending the code

sms-refused-number = Text messages cannot be sent to this phone number. Please enter another number.
sms-unavailable = The code cannot be sent at the moment. Please try again shortly.
sms-paused = Codes cannot be sent for a while. Please try again later.

## Management API

manage-unauthorized = A valid management token is required.
manage-forbidden = This management token does not have the scope that this needs.
precondition-failed = The object has changed since you read it, or exists already.
manage-validation-failed = The document has errors; nothing was saved.
card-not-chargeable = This saved card cannot be charged.
quote-required = A quote is required for this.
quote-refused = The quote is not valid, or not for this card.
quote-used = The quote was used for another order.
quotes-not-configured = Quotes are not configured.
ambiguous-card = Several cards match the first digits of the card. Please name one of them.
not-offered = This plan is not offered for this purchase.
manage-conflict = This change conflicts with existing data.
manage-referred = This cannot be deleted because other objects refer to it.
history-unknown = The audit log does not say what this was at that time.
approval-required = This change waits for the approval of a second person.
own-proposal = A second person has to approve your own change.
proposal-stale = What this changes was changed since. Please propose it again.
proposal-closed = This was already approved or rejected.
manage-in-use = This cannot be changed because saved cards or tokens belong to it.
