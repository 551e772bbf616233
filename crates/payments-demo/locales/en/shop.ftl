### English: the demo store.

## On every page

skip = Skip to the content
navigation = Menu
language = Language
nav-products = Products
nav-basket = Basket
nav-cards = My cards
nav-component = Component
nav-docs = API documentation
log-in = Log in
log-out = Log out
demo-note = This is a demo store: nothing is sold, and no real card is needed.
close = Close
crumbs = Breadcrumb
retry = Try again
cancel = Cancel
save = Save

## The little phone

phone-title = Phone
phone-hint = Verification texts are not really sent; they appear here.
phone-empty = No messages yet.
fill-code = Use the code { $digits }

## Products

products-none = The store has no products at the moment.
lowest-plan = from { $amount } × { $count }
lowest-single = Single payment { $amount }
product-missing = Product not found
page-missing = Page not found
back-to-products = Back to the products
add = Add to basket
added = Added to basket: { $name }
product-hint = Installments are based on today’s price.
plans-title = Installment plans
needs-script = Installment plans and payment need JavaScript. Please turn it on in your browser.

## Basket

basket-lines = Products in the basket
basket-empty = Your basket is empty.
basket-plans = Installment plans for your basket
summary = Summary
total = Total
to-checkout = Go to checkout
go-on-shopping = Continue shopping
quantity = Quantity of { $name }
less = { $name }: one fewer
more = { $name }: one more
remove = { $name }: remove from the basket
removed = Removed from basket: { $name }
each = { $amount } each
other-currency = Your basket has products in another currency. Please empty it first.

## Checkout

checkout = Checkout
delivery = Delivery
delivery-standard = Standard, 2–4 days
delivery-fast = Fast, tomorrow
delivery-point = Pick-up point
free = Free
pay-with = Your card
another-card = Another card
plans-from = from { $amount } × { $count }
card-digits = First 6 digits of your card
card-digits-hint = They show your card’s plans. The rest of the number is not needed.
card-digits-unknown = We found no plans for these digits. You can choose your card from the list.
card-not-at-hand = I don’t have my card at hand
choose-card = Payment plan
card-kinds = Choose your card
goods = Products
plans-of = Plans of { $card }
no-offers = There are no installments for this amount.
no-offers-saved = No payment plan is available for this card. Please choose another one.
your-plan = Installments
interest = Interest
pay = Pay
pay-amount = Pay { $amount }
pay-hint = This is a demo store: no real card is charged.
pay-changed = The price of this plan has changed. Please check it, then pay again. Nothing was charged.
pay-not-offered = This plan is no longer offered. Please choose another one. Nothing was charged.
pay-card-unusable = This card cannot be used any more. Please choose another one. Nothing was charged.
result-title = Thank you for your order
result-text = Your payment was received. This is a demo store: no real money was moved.
result-order = Order number
result-card = Card
result-missing = Order not found
masterpass-title = Masterpass
masterpass-hint = Configuration for starting Masterpass:
masterpass-none = Masterpass is not configured at the moment.
merchant-custom = empty (custom merchant)

## Saved cards

cards-log-in = Log in to save a card. A demo customer is ready, and needs no password.
saved-title = Saved cards
saved-none = You have no saved cards yet.
rename = Rename
delete = Delete
rename-of = Rename the card { $digits }
delete-of = Delete the card { $digits }
delete-sure = Delete the card { $digits }?
delete-yes = Yes, delete it
card-deleted = The card was deleted.
card-renamed = The card was renamed.
expires = Expires { $time }
expired = Expired { $time }

## Saving a card

save-title = Save a card
steps = Steps
step-card = Card
step-phone = Phone
step-code = Code
card-number = Card number
card-holder = Name on the card
card-expiry = Expiry (MM / YY)
card-cvv = CVV
card-name = Card nickname (optional)
card-name-hint = “Groceries”, for example.
consent = I give my explicit consent to storing my card for future purchases.
go-on = Continue
test-numbers = Card numbers to try
number-ok = Succeeds
number-declined = The bank declines
number-error = The bank reports a fault
number-timeout = No answer, not saved
number-late = No answer, cleaned up later
number-garbage = Unreadable answer
card-of = { $bank } · { $card }
card-no-plans = We found no plans for this card; it can be saved all the same.
card-plans = Plans with this card for { $amount }
field-missing = Please fill this in.
card-number-bad = Please check the card number.
card-expiry-bad = Please check the expiry date.
card-cvv-bad = The CVV has 3 or 4 digits.
consent-missing = Your consent is needed to store the card.
cvv-again = For your safety the CVV is not stored; please enter it again.
phone-number = Mobile phone
phone-number-hint = We send the verification code to this number.
phone-number-bad = Enter a phone number of 10 to 14 digits.
send-code = Send code
other-card = Change the card
code = Verification code
sent-to = We sent a code to { $phone }.
sent = We sent you a code.
time-left = The code is valid for { $time }
time-over = The code has expired. Please ask for a new one.
save-card = Save the card
resend = Send again
other-phone = Change the phone
saved-done = Your card is saved.
save-another = Save another card

## Errors

error-offline = The service cannot be reached. Please check your connection and try again.
error-slow = The answer is taking too long. What you entered is still here; please try again.
error-busy = Too many requests were sent. Please try again { $time }.
error-generic = Something went wrong. What you entered is still here; please try again.
error-session = Your session has ended. Please reload the page.

## The component's page

component-text = Put the installment table on any page with two lines. It has no dependencies and runs under a strict content security policy.
snippet = The snippet to copy
copy = Copy
copied = Copied.
live = Live preview
variations = Variations
reference = Reference
control-product = Product ID
control-layout = Layout
control-bank = Banks
control-filter = Bank filter
attribute-product = the product’s ID
attribute-src = instead of a product, the address of a listing such as the basket’s
attribute-bin = the first 6 to 8 digits of a card number: shows only the cards they can mean
attribute-saved-card = the ID of the customer’s saved card: shows only its plans
attribute-api = the service’s origin; by default where the file came from
attribute-lang = tr, en, ar, ru, de or fr; by default the page’s language
attribute-currency = a currency (ISO 4217) instead of the listing’s
attribute-layout = table or compact
attribute-bank = slugs of banks, separated by commas
attribute-filter = shows a bank filter
attribute-limit = how many cards are shown at first, 0 for all
properties = colors, lines, corner radius and gap
parts = pieces that can be styled from outside:
policy = What another site’s Content-Security-Policy needs:

## Plans

headline = from { $amount } × { $count } with { $card }
monthly = Monthly
no-interest = no interest
not-offered = not offered
matrix-caption = Installments and totals by card
matrix-best = lowest total for this count
matrix-lowest = lowest installment
matrix-marks = ★ is the lowest total in its row, 0% means no interest.
matrix-single = Single payment of { $amount } with every card.
matrix-single-only = Single payment only: { $card }

## Card and code

expiry-form = MM / YY
code-digits = Enter the { $count } digits from the message.
tries-left = Tries left: { $count }.
phone-news = New message on the demo phone:

## Why

why-title = Why not more installments?
why-cap = More than { $count } installments? Not for this: { $name }, { $count } at most.
why-single = Installments? Not for this: { $name }, single payment only.
why-minimum = More installments? Not for this: { $name }, at least { $amount } each.
why-excluded = { $card }? Not for this: { $name }.
why-nothing = No rule leaves out a plan for this product.
rules-title = The rules of this store
rules-hint = These are the store’s rules and what each does here. The reasons come from the API’s explain operation; a changed rule takes effect at once.
rule-limits = Limits this product
rule-on = On
rule-off = Off
rule-cap = up to { $count } installments
rule-single = single payment only
rule-minimum = at least { $amount } per installment
rule-rate = interest { $digits }%

## The first page

hero-what = Installments and saved cards for checkouts
hero-live = This store runs on the API: every card, plan and amount you see comes from it.
stories = Try it
story-why = Ask why
story-why-text = A necklace in 12 installments? See which rule says no.
story-save = Save a card
story-save-text = A test number is filled in, and the code arrives on the demo phone.
story-pay = Pay with it
story-pay-text = Put something in the basket and choose a plan for your saved card.
