"""The Streamlit frame and its parts."""
